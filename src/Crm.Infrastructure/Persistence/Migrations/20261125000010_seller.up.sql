-- Who sells: what documents say of the organization, beside its settings.

alter table crm.tenant_settings
  add column legal_name text,
  add column vat_id text,
  add column registration_number text,
  add column address text,
  add column city text,
  add column region text,
  add column postal_code text,
  add column iban text,
  add column bic text,
  add column email text,
  add column phone text,
  add column website text,
  add column logo_file_id uuid,
  add column default_language text,
  add column default_tax_code text,
  add column payment_term_days integer not null default 30,
  add column number_series text,
  add constraint fk_tenant_settings_logo_file_id foreign key (tenant_id, logo_file_id) references crm.files (tenant_id, id) deferrable initially deferred,
  add constraint ck_tenant_settings_payment_term_days check (payment_term_days between 0 and 3650);

do $$
begin
  perform crm.protect('tenant_settings');
end $$;
