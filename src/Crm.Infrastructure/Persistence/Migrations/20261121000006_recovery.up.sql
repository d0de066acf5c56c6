-- What the migrations made, so that ./run verify can tell what somebody changed by hand. Filled by the program after each migration, in
-- the migration's own transaction. A local table: it is about this database, not about a tenant.
create table crm.schema_objects (
  kind text not null,
  name text not null,
  definition text not null,
  constraint pk_schema_objects primary key (kind, name)
);
grant select on crm.schema_objects to crm_app;
