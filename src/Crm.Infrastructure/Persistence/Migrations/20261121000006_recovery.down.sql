drop table crm.schema_objects;
