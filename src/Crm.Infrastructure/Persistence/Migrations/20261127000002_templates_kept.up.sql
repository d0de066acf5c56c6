-- Which template an invoice was issued with, or an offer sent: 0 is the built-in one. What is older keeps none, and is printed with today's default.

alter table crm.invoices
  add column template_id uuid,
  add column template_version integer,
  add constraint fk_invoices_template_id foreign key (tenant_id, template_id) references crm.document_templates (tenant_id, id) deferrable initially deferred,
  add constraint ck_invoices_template_version check (case when template_id is null then coalesce(template_version, 0) = 0 else template_version is not null and template_version > 0 end);

alter table crm.offers
  add column template_id uuid,
  add column template_version integer,
  add constraint fk_offers_template_id foreign key (tenant_id, template_id) references crm.document_templates (tenant_id, id) deferrable initially deferred,
  add constraint ck_offers_template_version check (case when template_id is null then coalesce(template_version, 0) = 0 else template_version is not null and template_version > 0 end);

do $$
begin
  perform crm.protect('invoices');
  perform crm.protect('offers');
end $$;
