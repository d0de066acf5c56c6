-- The extension stays, as those of the core do.
drop view crm_read.products;
alter table crm.products drop column tax_code;
drop view crm_read.tax_rates;
drop table crm.tax_rates;
do $$
begin
  perform crm.protect('products');
end $$;
