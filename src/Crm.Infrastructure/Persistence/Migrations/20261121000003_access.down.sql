-- Undoes access. A view has the columns it was made with: it goes before its column does, and is made again without it.

drop view if exists crm_read.api_keys, crm_read.member_links, crm_read.members, crm_read.events, crm_read.audit_log;
drop table if exists crm.api_keys, crm.member_links, crm.api_key_lookup, crm.member_link_lookup, crm.second_factors, crm.recovery_codes;

alter table crm.members drop constraint if exists ck_members_kind;
alter table crm.members drop column if exists kind;
alter table crm.events drop column if exists api_key_id;
alter table crm.audit_log drop column if exists api_key_id;

do $$
begin
  perform crm.protect('members');
  perform crm.protect('events', append_only => true);
  perform crm.protect('audit_log', append_only => true);
end $$;
