-- A view has the columns it was made with: it goes before its columns do, and is made again without them.

drop view crm_read.invoices;
alter table crm.invoices
  drop column template_version,
  drop column template_id;

drop view crm_read.offers;
alter table crm.offers
  drop column template_version,
  drop column template_id;

do $$
begin
  perform crm.protect('invoices');
  perform crm.protect('offers');
end $$;
