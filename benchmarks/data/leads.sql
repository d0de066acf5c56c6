-- Leads made up from hashes of their number: the same ones every time, and not one like another. Those from first to last of a whole
-- that spans two years.
create function pg_temp.bench_leads(first integer, last integer, whole integer)
returns table (i integer, at timestamptz, name text, company text, job_title text, source text, email text, phone text, status text, value numeric, score integer, notes text, tags text[], id uuid)
language sql as $bench$
with part as (
  select i,
    ('x' || substr(md5(i || 'f'), 1, 6))::bit(24)::int as f, ('x' || substr(md5(i || 'l'), 1, 6))::bit(24)::int as l,
    ('x' || substr(md5(i || 'c'), 1, 6))::bit(24)::int as c, ('x' || substr(md5(i || 's'), 1, 6))::bit(24)::int as s,
    ('x' || substr(md5(i || 'v'), 1, 6))::bit(24)::int / 16777216.0 as v,
    -- Two years, denser towards today, one lead per instant.
    date_trunc('second', now()) - interval '730 days' * (1 - sqrt(i / (whole + 1.0))) + interval '1 microsecond' * (i * 7919::bigint % 1000000) as at
  from generate_series(first, last) as i),
word as (
  select array['Ada','Zoë','José','Łukasz','Иван','Мария','Søren','Anaïs','Jürgen','Siân','Grace','Alan','Niamh','Chloé','Dimitar','Ivana','Peter','Olga','Ken','Mei',
    'Fatima','Omar','Priya','Raj','Lena','Hugo','Inês','Åsa','Björn','Élodie','Marta','Pablo','Tomás','Emre','Ayşe','Noor','Kofi','Ama','Yuki','Hana'] as first_names,
    array['Smi','Mül','Gar','Novák','Петр','Hans','Ros','Dub','O''Con','Van','Kow','Sil','Lind','Fer','Ber','Wag','Szab','Pop','Tan','Oka','Шев','Ibr','Kap','Çel'] as heads,
    array['th','ler','cía','ova','ов','sen','si','ois','nor','der','ski','va','qvist','rari','ger','ner','ó','escu','aka','da','ченко','him','oor','ik'] as middles,
    array['','s','man','sson','i','ev','a','er','ton','field','berg','stein'] as tails,
    array['Ana','Nor','Sol','Tech','Hydro','Opti','Blue','Cedar','Quant','Vera','Medi','Agri','Terra','Luma','Poly','Inno'] as company_heads,
    array['lytic','dic','aris','nova','works','core','wave','grid','tum','point','care','tek','flow','line','mer','vate'] as company_middles,
    array['Ltd','GmbH','AG','SA','Oy','Inc','ООД','SpA','BV','AB'] as forms,
    array['CEO','CFO','Head of Sales','Buyer','Engineer','Office Manager','CTO','Procurement Lead'] as titles,
    array['WEBSITE','WEBSITE','WEBSITE','SOCIAL','EMAIL','REFERRAL','REFERRAL','PHONE','EVENT','ADVERTISING','PARTNER','IMPORT','OTHER'] as sources),
named as (
  select part.*, word.titles[1 + s / 64 % 8] as job_title, word.sources[1 + s / 512 % 13] as source,
    first_names[1 + f % 40] as first_name,
    heads[1 + l % 24] || middles[1 + l / 24 % 24] || tails[1 + l / 576 % 12] as last_name,
    company_heads[1 + c % 16] || company_middles[1 + c / 16 % 16] || case when c % 3 = 0 then '' else ' ' || (c / 256 % 97) end || ' ' || forms[1 + c / 4096 % 10] as company
  from part cross join word)
select i, at, first_name || ' ' || last_name as name, company, job_title, source,
  case when s % 10 < 9 then lower(regexp_replace(public.unaccent(first_name || '.' || last_name), '[^A-Za-z.]', '', 'g')) || i || '@example.' || (array['com','org','bg','de'])[1 + s % 4] end as email,
  case when s % 10 < 6 then '+44 20 7946 ' || lpad((i % 10000)::text, 4, '0') end as phone,
  case when s % 100 < 38 then 'NEW' when s % 100 < 60 then 'CONTACTED' when s % 100 < 78 then 'QUALIFIED' when s % 100 < 88 then 'UNQUALIFIED' else 'LOST' end as status,
  case when s % 10 < 8 then round((100 * exp(7 * v))::numeric, 2) end as value,
  case when s % 10 < 7 then s / 1024 % 101 end as score,
  case when s % 10 < 3 then 'Met ' || first_name || ' at the fair in ' || (array['Köln','Sofia','London','Łódź','Paris'])[1 + l % 5] || '; asked for an offer of ' || company_size || ' seats.' end as notes,
  case s % 7 when 0 then '{vip}' when 1 then '{fair,2026}' when 2 then '{newsletter}' else '{}' end::text[] as tags,
  -- UUIDv7: the instant in milliseconds, then what is random elsewhere.
  (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i || 'id'), 1, 3) || '8' || substr(md5(i || 'id'), 4, 15))::uuid as id
from named cross join lateral (select 5 + c % 200 as company_size) as sized
$bench$;
