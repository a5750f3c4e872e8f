SELECT revision, content_hash, import_id
FROM entries
WHERE repository_id = ?1 AND entry_id = ?2
