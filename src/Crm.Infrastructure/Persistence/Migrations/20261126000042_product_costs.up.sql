-- What products cost the organization itself.
alter table crm.products
  add column cost_amount numeric,
  add column cost_currency text,
  add constraint ck_products_cost check ((cost_amount is null) = (cost_currency is null));

do $$
begin
  perform crm.protect('products');
end $$;
