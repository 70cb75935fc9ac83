-- What compiled filters and sorts call. Every function is immutable and total: no document makes one raise.
-- The same definitions stand in modules/query-language/values.ts and paths.ts; a differential test holds them equal.

create schema query_language;

comment on schema query_language is 'Pure functions of the document query language; owns no tables';

-- Milliseconds since 1970 when the text is an ISO-8601 date-time with time and zone, else null.
create function query_language.instant(value text) returns bigint
language plpgsql immutable strict parallel safe as $$
declare
  year int;
  month int;
  day int;
  last_day int;
  seconds bigint;
  rest text;
  zone text;
  milliseconds int := 0;
begin
  if length(value) not between 20 and 35
    or translate(left(value, 19), '0123456789', '9999999999') <> '9999-99-99T99:99:99'
  then
    return null;
  end if;
  year := substr(value, 1, 4);
  month := substr(value, 6, 2);
  day := substr(value, 9, 2);
  last_day := case
    when month in (4, 6, 9, 11) then 30
    when month <> 2 then 31
    when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 29
    else 28 end;
  if year < 1 or month not between 1 and 12 or day not between 1 and last_day
    or substr(value, 12, 2) > '23' collate "C" or substr(value, 15, 2) > '59' collate "C"
    or substr(value, 18, 2) > '59' collate "C"
  then
    return null;
  end if;
  seconds := (make_date(year, month, day) - date '1970-01-01') * 86400::bigint
    + substr(value, 12, 2)::int * 3600 + substr(value, 15, 2)::int * 60 + substr(value, 18, 2)::int;
  rest := substr(value, 20);
  if rest = 'Z' then
    return seconds * 1000;
  end if;
  if rest !~ '^(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])$' then
    return null;
  end if;
  zone := ltrim(rest, '.0123456789');
  if rest like '.%' then
    milliseconds := left(rpad(substr(rest, 2, length(rest) - length(zone) - 1), 3, '0'), 3);
  end if;
  if zone <> 'Z' then
    seconds := seconds - (substr(zone, 2, 2)::int * 3600 + right(zone, 2)::int * 60)
      * case left(zone, 1) when '-' then -1 else 1 end;
  end if;
  return seconds * 1000 + milliseconds;
end
$$;

-- Sixteen hex digits whose order as text is the order of the numbers.
create function query_language.number_key(value double precision) returns text
language plpgsql immutable strict parallel safe as $$
declare
  bits text := encode(float8send(value + 0), 'hex');
begin
  if bits < '8' collate "C" then
    return translate(left(bits, 1), '01234567', '89abcdef') || substr(bits, 2);
  end if;
  return translate(bits, '0123456789abcdef', 'fedcba9876543210');
end
$$;

-- A value as text that sorts by type, then by value; compare it under collate "C".
-- 0 empty array (in sorts) · 1 missing, null · 2 number · 3 string · 4 object · 5 array · 6 boolean · 7 date
create function query_language.key(value jsonb) returns text
language plpgsql immutable parallel safe as $$
declare
  content text;
  number numeric;
  milliseconds bigint;
begin
  case jsonb_typeof(value)
    when 'string' then
      content := value #>> '{}';
      milliseconds := query_language.instant(content);
      if milliseconds is not null then
        return '7' || query_language.number_key(milliseconds);
      end if;
      return '3' || left(content, 256);
    when 'number' then
      number := value;
      if abs(number) > 1.7976931348623157e308 then
        number := sign(number) * 1.7976931348623157e308;
      elsif scale(number) > 300 and abs(number) < 2.5e-324 then
        number := 0;
      end if;
      return '2' || query_language.number_key(number::double precision);
    when 'boolean' then
      return case when value = 'true'::jsonb then '6t' else '6f' end;
    when 'object' then
      return '4';
    when 'array' then
      return '5';
    else
      return '1';
  end case;
end
$$;

-- The values a path reaches, as MongoDB counts them: through the objects of arrays, by index, and (with expand)
-- the elements of an array at its end, then that array itself. A null element stands for "nothing is there".
create function query_language.values_at(document jsonb, path text[], expand boolean) returns jsonb[]
language plpgsql immutable parallel safe as $$
declare
  found jsonb := document;
  steps int := cardinality(path);
begin
  for step in 1 .. steps loop
    if jsonb_typeof(found) <> 'object' then
      return array[null::jsonb];
    end if;
    found := found -> path[step];
    if found is null then
      return array[null::jsonb];
    end if;
    if jsonb_typeof(found) = 'array' then
      if step < steps then
        return query_language.values_through(found, path[step + 1:], expand);
      end if;
      if expand then
        return array_append(array(select jsonb_array_elements(found)), found);
      end if;
    end if;
  end loop;
  return array[found];
end
$$;

create function query_language.values_through(items jsonb, path text[], expand boolean) returns jsonb[]
language plpgsql immutable parallel safe as $$
declare
  item jsonb;
  place bigint;
  is_place boolean;
  is_last boolean := cardinality(path) = 1;
  reached jsonb[] := '{}';
begin
  for item, place in select e.value, e.ordinality - 1 from jsonb_array_elements(items) with ordinality e loop
    is_place := path[1] = place::text;
    if jsonb_typeof(item) = 'object' then
      reached := reached || query_language.values_at(item, path, expand);
    end if;
    if is_place and is_last then
      reached := array_append(reached, item);
    elsif is_place and jsonb_typeof(item) = 'object' then
      reached := reached || query_language.values_at(item, path[2:], expand);
    elsif is_place and jsonb_typeof(item) = 'array' then
      reached := reached || query_language.values_through(item, path[2:], expand);
    end if;
  end loop;
  return reached;
end
$$;

-- Whether the path meets an array: only then may it reach several values.
create function query_language.spread(document jsonb, path text[]) returns boolean
language plpgsql immutable parallel safe cost 200 as $$
declare
  found jsonb := document;
begin
  for step in 1 .. cardinality(path) loop
    if jsonb_typeof(found) <> 'object' then
      return false;
    end if;
    found := found -> path[step];
    if jsonb_typeof(found) = 'array' then
      return true;
    end if;
  end loop;
  return false;
end
$$;

-- The keys of all values a path reaches; what a filter's conditions look at. Never empty but for empty arrays.
create function query_language.keys(document jsonb, path text[]) returns text[]
language plpgsql immutable parallel safe cost 500 as $$
begin
  return array(
    select query_language.key(v.value) from unnest(query_language.values_at(document, path, true)) v (value));
end
$$;

-- The keys a document sorts by: those of the elements, not of the array itself.
create function query_language.sort_keys(document jsonb, path text[]) returns text[]
language plpgsql immutable parallel safe cost 500 as $$
declare
  reached jsonb;
  sorted_by text[] := '{}';
begin
  foreach reached in array query_language.values_at(document, path, false) loop
    if jsonb_typeof(reached) <> 'array' or reached is null then
      sorted_by := array_append(sorted_by, query_language.key(reached));
    elsif reached = '[]'::jsonb then
      sorted_by := array_append(sorted_by, '0');
    else
      sorted_by := sorted_by || array(
        select query_language.key(e.value) from jsonb_array_elements(reached) e);
    end if;
  end loop;
  return sorted_by;
end
$$;

-- The least key at the path: the ascending sort, and the key that indexes are built on.
create function query_language.low_key(document jsonb, path text[]) returns text
language plpgsql immutable parallel safe cost 200 as $$
declare
  found jsonb := document;
begin
  for step in 1 .. cardinality(path) loop
    found := case when jsonb_typeof(found) = 'object' then found -> path[step] end;
    if found is null then
      return '1';
    end if;
    if jsonb_typeof(found) = 'array' then
      return coalesce(
        (select min(k.key collate "C") from unnest(query_language.sort_keys(document, path)) k (key)), '1');
    end if;
  end loop;
  return query_language.key(found);
end
$$;

-- The greatest key at the path: the descending sort. The same as low_key where the path meets no array.
create function query_language.high_key(document jsonb, path text[]) returns text
language plpgsql immutable parallel safe cost 200 as $$
begin
  if query_language.spread(document, path) then
    return coalesce(
      (select max(k.key collate "C") from unnest(query_language.sort_keys(document, path)) k (key)), '1');
  end if;
  return query_language.low_key(document, path);
end
$$;

-- Whether any of the values at the path has one of these keys.
create function query_language.any_key_of(document jsonb, path text[], wanted text[]) returns boolean
language plpgsql immutable parallel safe cost 500 as $$
begin
  return query_language.keys(document, path) && wanted;
end
$$;

-- Whether any of the values at the path has a key between these two.
create function query_language.any_key_between(
  document jsonb, path text[], low text, low_is_open boolean, high text, high_is_open boolean) returns boolean
language plpgsql immutable parallel safe cost 500 as $$
declare
  key text;
begin
  foreach key in array query_language.keys(document, path) loop
    if key collate "C" between low and high
      and not (low_is_open and key = low) and not (high_is_open and key = high)
    then
      return true;
    end if;
  end loop;
  return false;
end
$$;

-- Row-level security lets an index serve a condition only when its functions are known not to tell what they saw.
-- These raise for no document. Saying so takes a superuser; without one, reads under row-level security scan.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    alter function query_language.low_key(jsonb, text[]) leakproof;
    alter function query_language.high_key(jsonb, text[]) leakproof;
    alter function query_language.spread(jsonb, text[]) leakproof;
    alter function query_language.any_key_of(jsonb, text[], text[]) leakproof;
    alter function query_language.any_key_between(jsonb, text[], text, boolean, text, boolean) leakproof;
  end if;
end
$$;

grant usage on schema query_language to millrace_reader;
