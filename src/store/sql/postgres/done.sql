-- Was this import committed before the connection broke?
SELECT inserted, updated, unchanged
FROM imports
WHERE repository_id = $1::uuid AND import_id = $2::uuid
