-- The roles and the database of the service; safe to repeat. For psql 15+, as an administrator of the server:
--   CRM_OWNER_PASSWORD=… CRM_APP_PASSWORD=… psql -X -v ON_ERROR_STOP=1 -d postgres -f deploy/roles.sql
-- The passwords come from the environment, so that no process list shows them (-v owner_password=… works too).
-- The embedded cluster and docker-compose.yml run this same file.
\getenv owner_password CRM_OWNER_PASSWORD
\getenv app_password CRM_APP_PASSWORD
\if :{?owner_password}
\else
  \warn 'CRM_OWNER_PASSWORD is not set'
\endif
\if :{?app_password}
\else
  \warn 'CRM_APP_PASSWORD is not set'
\endif

-- crm_owner owns the schema and migrates; crm_app is the service: it owns nothing, so row-level security always binds it;
-- crm_reader owns the read views and cannot log in.
select format('create role %I', name)
from unnest(array['crm_owner', 'crm_app', 'crm_reader']) as name
where not exists (select from pg_roles where rolname = name)
\gexec

alter role crm_owner login password :'owner_password';
alter role crm_app login password :'app_password';

-- The owner makes the views that belong to crm_reader.
grant crm_reader to crm_owner;

-- An administrator who is no superuser (managed servers) may only give a database to a role he is a member of.
select 'grant crm_owner to current_user'
where not (select rolsuper from pg_roles where rolname = current_user)
\gexec

-- template0, because the template's own encoding and locale would otherwise have to be the same.
select $$create database crm owner crm_owner encoding 'UTF8' locale 'C.UTF-8' template template0$$
where not exists (select from pg_database where datname = 'crm')
\gexec

revoke all on database crm from public;
grant connect, temporary on database crm to crm_app;
