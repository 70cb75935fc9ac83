-- Statements that go out together with their commit cannot be looked at before it: they say themselves what must hold.
-- Volatile, so that the planner neither moves the demand to where no row comes by nor leaves it out.

create function kit.demand(holds boolean, what text) returns boolean
language plpgsql volatile as $$
begin
  if holds then
    return true;
  end if;
  raise exception 'demanded and not so: %', what using errcode = 'MR001';
end
$$;
