-- Undoes seller. A view has the columns it was made with: it goes before its columns do, and is made again without them.

drop view if exists crm_read.tenant_settings;
alter table crm.tenant_settings
  drop column if exists legal_name,
  drop column if exists vat_id,
  drop column if exists registration_number,
  drop column if exists address,
  drop column if exists city,
  drop column if exists region,
  drop column if exists postal_code,
  drop column if exists iban,
  drop column if exists bic,
  drop column if exists email,
  drop column if exists phone,
  drop column if exists website,
  drop column if exists logo_file_id,
  drop column if exists default_language,
  drop column if exists default_tax_code,
  drop column if exists payment_term_days,
  drop column if exists number_series;

do $$
begin
  perform crm.protect('tenant_settings');
end $$;
