-- Takes back what recurring invoices bring in a month.

drop view crm_read.recurring_revenue_entries;
drop table crm.recurring_revenue_entries;
drop view crm_read.recurring_revenue_terms;
drop function crm.monthly_amount(numeric, text, text, integer);
drop function crm.minor_digits(text);
drop function crm.recurrence_end(date, text, integer, integer, date, integer);
drop function crm.recurrence_day(date, text, integer, integer);
drop function crm.interval_months(text);
