drop view crm_read.products;
alter table crm.products drop column category_id;
drop view crm_read.product_categories;
drop table crm.product_categories;
do $$
begin
  perform crm.protect('products');
end $$;
