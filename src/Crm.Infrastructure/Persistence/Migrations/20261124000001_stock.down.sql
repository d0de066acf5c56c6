drop view crm_read.products;
alter table crm.products drop column is_stocked, drop column unit;
drop view crm_read.stock_movements;
drop table crm.stock_movements;
drop view crm_read.stocks;
drop table crm.stocks;
drop view crm_read.warehouses;
drop table crm.warehouses;
do $$
begin
  perform crm.protect('products');
end $$;
