-- Once for a database, as an administrator of the server: psql -d countersign -f prisma/roles.sql
-- Then a password for each account: \password countersign_owner, \password countersign_app, \password countersign_reader
DO $$
DECLARE account text;
BEGIN
  FOREACH account IN ARRAY ARRAY['countersign_owner', 'countersign_app', 'countersign_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = account) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', account);
    END IF;
  END LOOP;
  EXECUTE format('ALTER DATABASE %I OWNER TO countersign_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO countersign_app, countersign_reader', current_database());
END $$;
ALTER SCHEMA public OWNER TO countersign_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO countersign_app, countersign_reader;
ALTER ROLE countersign_reader SET default_transaction_read_only = on;
ALTER ROLE countersign_reader SET statement_timeout = '60s';
