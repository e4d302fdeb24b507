package change

const touch = `
INSERT INTO topic_version (topic, version) VALUES ($1, 1)
ON CONFLICT (topic) DO UPDATE SET version = topic_version.version + 1`

const sumOfVersions = `
SELECT CAST(coalesce(sum(version), 0) AS BIGINT) FROM topic_version WHERE /*where*/TRUE`

const allVersions = `
SELECT topic, version FROM topic_version ORDER BY topic`
