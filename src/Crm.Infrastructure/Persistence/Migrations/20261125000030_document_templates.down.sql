-- What is attached to templates goes with them; its content stays where it is stored. Row-level security binds the owner too: tenant by tenant.
do $$
declare
  tenant uuid;
begin
  for tenant in select id from crm.tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    update crm.document_templates set logo_file_id = null where logo_file_id is not null;
    delete from crm.files where document_template_id is not null;
  end loop;
  perform set_config('app.tenant_id', '', true);
  set constraints all immediate;
end $$;
drop view crm_read.files;
alter table crm.files
  drop constraint ck_files_record,
  drop column document_template_id,
  add constraint ck_files_record check (num_nonnulls(lead_id, deal_id, customer_id, contact_id, company_id, product_id, task_id, activity_id) = 1);
drop view crm_read.document_templates;
drop table crm.document_templates;
do $$
begin
  perform crm.protect('files');
end $$;
