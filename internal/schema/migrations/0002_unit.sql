-- +goose Up

-- Regions of GB/T 2260. tile_x and tile_y place a prefecture on the schematic map, -1 elsewhere.
CREATE TABLE region (
    code        TEXT PRIMARY KEY CHECK (length(code) = 6),
    name        TEXT NOT NULL CHECK (name <> ''),
    name_en     TEXT NOT NULL,
    short       TEXT NOT NULL,
    level       TEXT NOT NULL CHECK (level IN ('province', 'prefecture', 'county')),
    parent_code TEXT REFERENCES region (code),
    tile_x      BIGINT NOT NULL,
    tile_y      BIGINT NOT NULL,
    CHECK ((level = 'province') = (parent_code IS NULL))
);
CREATE INDEX region_parent ON region (parent_code);

-- A unit stands in region × line × tier × kind. closed_at is 0 while the unit exists.
-- sort_key is the name in pinyin, search_key what a search may find; both are made by package unit.
CREATE TABLE unit (
    id          TEXT PRIMARY KEY,
    code        TEXT NOT NULL,
    name        TEXT NOT NULL CHECK (name <> ''),
    name_en     TEXT NOT NULL,
    short       TEXT NOT NULL,
    region_code TEXT NOT NULL REFERENCES region (code),
    line        TEXT NOT NULL CHECK (line IN ('', 'education', 'propaganda', 'cyberspace', 'human_resources', 'industry',
                    'agriculture', 'state_assets', 'trade_union', 'youth_league', 'vocational_society')),
    tier        TEXT NOT NULL CHECK (tier IN ('central', 'province', 'prefecture', 'county', 'base')),
    kind        TEXT NOT NULL CHECK (kind IN ('department', 'higher_vocational', 'vocational_university', 'university',
                    'technician_college', 'adult_college', 'secondary_vocational', 'school', 'enterprise',
                    'industry_association', 'research_institute', 'media', 'community', 'other')),
    address     TEXT NOT NULL,
    phone       TEXT NOT NULL,
    sort_key    TEXT NOT NULL,
    search_key  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    closed_at   BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0),
    CHECK (kind <> 'department' OR line <> '')
);
CREATE UNIQUE INDEX unit_code ON unit (code) WHERE code <> '';
CREATE UNIQUE INDEX unit_open_name ON unit (region_code, name) WHERE closed_at = 0;
CREATE INDEX unit_place ON unit (region_code, line, tier, kind);
CREATE INDEX unit_sort ON unit (sort_key, id);

-- People. Identifying values are sealed and bound to the row; the hashes are keyed and only for
-- finding by equality. A holder of a platform role needs no unit.
CREATE TABLE person (
    id           TEXT PRIMARY KEY,
    unit_id      TEXT REFERENCES unit (id),
    sign_in      TEXT NOT NULL CHECK (sign_in <> ''),
    name_sealed  BYTEA NOT NULL,
    name_hash    BYTEA NOT NULL,
    phone_sealed BYTEA,
    phone_hash   BYTEA,
    email_sealed BYTEA,
    email_hash   BYTEA,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    closed_at    BIGINT NOT NULL,
    version      BIGINT NOT NULL CHECK (version > 0),
    CHECK ((phone_sealed IS NULL) = (phone_hash IS NULL)),
    CHECK ((email_sealed IS NULL) = (email_hash IS NULL))
);
CREATE UNIQUE INDEX person_sign_in ON person (sign_in);
CREATE INDEX person_unit ON person (unit_id, sign_in);
CREATE INDEX person_name ON person (name_hash);
CREATE INDEX person_phone ON person (phone_hash);

CREATE TABLE person_role (
    person_id TEXT NOT NULL REFERENCES person (id),
    role      TEXT NOT NULL CHECK (role IN ('editor', 'reviewer', 'head')),
    PRIMARY KEY (person_id, role)
);

-- One row per person: nobody combines two of the three platform roles.
CREATE TABLE platform_role (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    role      TEXT NOT NULL CHECK (role IN ('system_admin', 'security_admin', 'auditor'))
);
CREATE INDEX platform_role_role ON platform_role (role);
