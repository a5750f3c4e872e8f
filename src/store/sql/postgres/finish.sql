WITH repository AS (
	INSERT INTO repositories VALUES ($1::uuid, $3)
	ON CONFLICT (repository_id) DO NOTHING
), import AS (
	INSERT INTO imports
	VALUES ($1::uuid, $2::uuid, to_timestamp($4::bigint / 1000.0), $5, $6, $7::bigint,
		$8::bigint, $9::bigint, $10::bigint)
)
INSERT INTO import_files
SELECT $1::uuid, f.sha256, f.name, f.entries, $2::uuid
FROM json_to_recordset($11::json) AS f (sha256 text, name text, entries bigint)
ORDER BY f.sha256
ON CONFLICT (repository_id, sha256) DO NOTHING
