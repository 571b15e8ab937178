-- The last step of what a person does, in one call: the events, then whether they were disabled meanwhile, then the
-- wake-up. Each statement in here looks anew, so the person is looked at with the head of the trail in hand, as before;
-- but no process is waited for in between, and whoever else writes waits that much shorter.
CREATE FUNCTION append_act(events json, before text[], between_ text[], behind text[], texts json, at timestamptz,
  who text, wakes boolean, OUT next_leaf bigint, OUT is_out boolean) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  next_leaf := append_events(events, before, between_, behind, texts, at);
  is_out := EXISTS (SELECT 1 FROM person p WHERE p.id = who AND p.disabled IS NOT NULL);
  IF wakes THEN
    PERFORM pg_notify('countersign_trail', next_leaf::text);
  END IF;
END $$;
