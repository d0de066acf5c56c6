-- Takes back what products cost.

drop view if exists crm_read.products;
alter table crm.products drop constraint ck_products_cost, drop column cost_amount, drop column cost_currency;

do $$
begin
  perform crm.protect('products');
end $$;
