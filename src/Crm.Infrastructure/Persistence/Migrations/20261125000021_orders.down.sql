drop view crm_read.stock_movements;
alter table crm.stock_movements drop column order_id;
do $$
begin
  perform crm.protect('stock_movements', append_only => true);
end $$;
grant update (tags, version, updated_at, updated_by) on crm.stock_movements to crm_app;
drop view crm_read.order_line_items;
drop table crm.order_line_items;
drop view crm_read.orders;
drop table crm.orders;
