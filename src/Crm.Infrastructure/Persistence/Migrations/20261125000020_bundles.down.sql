drop view crm_read.product_components;
drop table crm.product_components;
drop view crm_read.warehouses;
alter table crm.warehouses drop constraint ux_warehouses_is_default, drop column is_default;
do $$
begin
  perform crm.protect('warehouses');
end $$;
