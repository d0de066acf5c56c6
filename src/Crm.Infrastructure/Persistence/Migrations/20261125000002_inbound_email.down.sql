drop table crm.inbound_addresses;
