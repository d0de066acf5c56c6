-- Takes back files and the counts of tags. The content of files stays where it is stored.

drop view if exists crm_read.files, crm_read.tag_counts;
drop table if exists crm.files, crm.file_drafts, crm.tag_counts;
