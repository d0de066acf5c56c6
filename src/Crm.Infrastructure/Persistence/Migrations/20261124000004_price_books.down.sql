drop view crm_read.prices;
drop table crm.prices;
drop view crm_read.price_books;
drop table crm.price_books;
