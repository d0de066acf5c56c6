-- Takes back what people were given. Who is signed in stays so: refresh tokens are untouched. Invitations and resets that are open are lost.

drop view crm_read.members, crm_read.teams, crm_read.invitations, crm_read.sessions;

drop table crm.password_resets, crm.invitation_lookup, crm.invitations, crm.sessions;

drop index crm.ix_members_words, crm.ix_members_email, crm.ix_teams_parent_id, crm.ix_teams_manager_id, crm.ix_teams_words;
alter table crm.teams drop constraint fk_teams_parent_id, drop constraint ck_teams_parent_id, drop column parent_id, drop column search;
alter table crm.members drop column permissions_grant, drop column permissions_deny, drop column search;

do $$
begin
  perform crm.protect('members');
  perform crm.protect('teams');
end $$;
