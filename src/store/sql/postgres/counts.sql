-- What an import that came in several statements did.
SELECT count(*) FILTER (WHERE first_import_id = import_id),
	count(*) FILTER (WHERE first_import_id <> import_id)
FROM entries
WHERE repository_id = $1::uuid AND import_id = $2::uuid
