-- Where invoices are paid: a pattern of the organization's, and what it came to when an invoice was issued.

alter table crm.tenant_settings add column payment_url_pattern text;
alter table crm.invoices add column payment_url text;

do $$
begin
  perform crm.protect('tenant_settings');
  perform crm.protect('invoices');
end $$;
