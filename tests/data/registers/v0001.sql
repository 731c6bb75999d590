BEGIN TRANSACTION;
CREATE TABLE assets (
	id INTEGER NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	source_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	format TEXT NOT NULL, 
	size_bytes BIGINT, 
	fingerprint TEXT, 
	reading_key TEXT NOT NULL, 
	is_complete BOOLEAN NOT NULL, 
	tables BIGINT NOT NULL, 
	columns BIGINT NOT NULL, 
	rows BIGINT NOT NULL, 
	looked_at_rows BIGINT NOT NULL, 
	bytes BIGINT NOT NULL, 
	first_seen_scan INTEGER NOT NULL, 
	last_read_scan INTEGER NOT NULL, 
	last_read_at DATETIME NOT NULL, 
	last_seen_scan INTEGER NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	gone_since_scan INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE ("key"), 
	FOREIGN KEY(source_id) REFERENCES sources (id), 
	FOREIGN KEY(first_seen_scan) REFERENCES scans (id), 
	FOREIGN KEY(last_read_scan) REFERENCES scans (id), 
	FOREIGN KEY(last_seen_scan) REFERENCES scans (id), 
	FOREIGN KEY(gone_since_scan) REFERENCES scans (id)
);
INSERT INTO "assets" VALUES(1,'ba566b5b9233cd1c5a0a98ffbc007cdd6545ffdaa179461d79664d284ae69f78','hr','people.csv','csv',1000,'v1','key',1,1,2,100,100,1000,1,1,'2026-01-05 09:00:01.000000',1,'2026-01-05 09:00:01.000000',NULL);
CREATE TABLE blind_spots (
	"key" VARCHAR(64) NOT NULL, 
	source_id TEXT NOT NULL, 
	asset_id INTEGER, 
	path TEXT NOT NULL, 
	code TEXT NOT NULL, 
	details TEXT NOT NULL, 
	first_seen_scan INTEGER NOT NULL, 
	last_seen_scan INTEGER NOT NULL, 
	gone_since_scan INTEGER, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(source_id) REFERENCES sources (id), 
	FOREIGN KEY(asset_id) REFERENCES assets (id), 
	FOREIGN KEY(first_seen_scan) REFERENCES scans (id), 
	FOREIGN KEY(last_seen_scan) REFERENCES scans (id), 
	FOREIGN KEY(gone_since_scan) REFERENCES scans (id)
);
INSERT INTO "blind_spots" VALUES('b10a2d3f87f4ad48a76c506af80328aca15c7ae76fb215f9ecc4c3c51176efd8','hr',1,'people.csv','reader.crashed','{"exit":"-9"}',1,1,NULL);
CREATE TABLE columns (
	asset_id BIGINT NOT NULL, 
	table_position INTEGER NOT NULL, 
	column_index INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	is_free_text BOOLEAN NOT NULL, 
	filled_rows BIGINT, 
	hits TEXT NOT NULL, 
	PRIMARY KEY (asset_id, table_position, column_index), 
	CONSTRAINT columns_table FOREIGN KEY(asset_id, table_position) REFERENCES tables (asset_id, position)
);
INSERT INTO "columns" VALUES(1,0,0,'id','text',0,100,'[]');
INSERT INTO "columns" VALUES(1,0,1,'land','text',0,100,'[]');
CREATE TABLE doorlicht_register (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT doorlicht_register_pkc PRIMARY KEY (version_num)
);
INSERT INTO "doorlicht_register" VALUES('0001');
CREATE TABLE editions (
	id INTEGER NOT NULL, 
	vocabulary TEXT NOT NULL, 
	weights TEXT NOT NULL, 
	detection TEXT NOT NULL, 
	doorlicht TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT editions_once UNIQUE (vocabulary, weights, detection, doorlicht)
);
INSERT INTO "editions" VALUES(1,'2026-01','2026-01','1','0.0');
CREATE TABLE findings (
	id TEXT NOT NULL, 
	asset_id INTEGER NOT NULL, 
	"table" TEXT NOT NULL, 
	"column" TEXT NOT NULL, 
	column_index INTEGER NOT NULL, 
	concept TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	probability DOUBLE NOT NULL, 
	signals TEXT NOT NULL, 
	is_free_text BOOLEAN NOT NULL, 
	is_sampled BOOLEAN NOT NULL, 
	first_seen_scan INTEGER NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	last_seen_scan INTEGER NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	gone_since_scan INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(asset_id) REFERENCES assets (id), 
	FOREIGN KEY(first_seen_scan) REFERENCES scans (id), 
	FOREIGN KEY(last_seen_scan) REFERENCES scans (id), 
	FOREIGN KEY(gone_since_scan) REFERENCES scans (id)
);
INSERT INTO "findings" VALUES('F-HJBUICYD2V',1,'people.csv','land',1,'country_of_birth','direct',0.9,'[{"name":"name","note":{"key":"signal.name_strong","params":{"words":"land"}},"weight":2.0}]',0,0,1,'2026-01-05 09:00:01.000000',1,'2026-01-05 09:00:01.000000',NULL);
CREATE TABLE ledger_entries (
	number BIGINT NOT NULL, 
	at DATETIME NOT NULL, 
	"by" TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subjects TEXT NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "ledger_entries" VALUES(1,'2026-01-05 09:00:00.000000','jo','scan.started','["scan:1"]','b776072d2202b2f5ae605888e21fdc701561b54014675728276a062fdb035dec','0000000000000000000000000000000000000000000000000000000000000000','c83ab90f0c25e7fdd4f45f95990757258a97328231a7a8a6e79f4b5390087eab');
INSERT INTO "ledger_entries" VALUES(2,'2026-01-05 09:00:01.000000','jo','asset.kept','["scan:1","asset:hr:people.csv","finding:F-HJBUICYD2V"]','78b1bde13c2b8b6966fe44d3c83a13a816a69e8a967cb5624c6ce2ca30dd6ebf','c83ab90f0c25e7fdd4f45f95990757258a97328231a7a8a6e79f4b5390087eab','82b7ed920d64c9c7ad9ebcb24cfe7520d9f3a6883e2e1b7dc4ad0a0de340c051');
INSERT INTO "ledger_entries" VALUES(3,'2026-01-05 09:00:02.000000','sam','finding.triaged','["finding:F-HJBUICYD2V"]','507853e7005a38ab49ffe3534fe4282c58c1ab49e8d3132e583608585cd45c44','82b7ed920d64c9c7ad9ebcb24cfe7520d9f3a6883e2e1b7dc4ad0a0de340c051','c1e01519fee975c9e6621655be7c4c2f15a026126ae6449b8fbfd6b51d8c94c1');
INSERT INTO "ledger_entries" VALUES(4,'2026-01-05 09:00:03.000000','jo','scan.finished','["scan:1"]','44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','c1e01519fee975c9e6621655be7c4c2f15a026126ae6449b8fbfd6b51d8c94c1','8e4265a8b4b8ea636ffbd29d45103a61baefb73d08520e6274ad52342cfd3836');
CREATE TABLE scan_sources (
	scan_id INTEGER NOT NULL, 
	source_id TEXT NOT NULL, 
	PRIMARY KEY (scan_id, source_id), 
	FOREIGN KEY(scan_id) REFERENCES scans (id), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "scan_sources" VALUES(1,'hr');
CREATE TABLE scans (
	id INTEGER NOT NULL, 
	"by" TEXT NOT NULL, 
	status TEXT NOT NULL, 
	started_at DATETIME NOT NULL, 
	resumed_at DATETIME, 
	ended_at DATETIME, 
	process TEXT NOT NULL, 
	editions_id INTEGER NOT NULL, 
	settings_sha256 VARCHAR(64) NOT NULL, 
	organisation TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(editions_id) REFERENCES editions (id), 
	FOREIGN KEY(settings_sha256) REFERENCES settings_used (sha256)
);
INSERT INTO "scans" VALUES(1,'jo','finished','2026-01-05 09:00:00.000000',NULL,'2026-01-05 09:00:03.000000','',1,'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','');
CREATE TABLE settings_used (
	sha256 VARCHAR(64) NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (sha256)
);
INSERT INTO "settings_used" VALUES('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a','{}');
CREATE TABLE sources (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	location TEXT NOT NULL, 
	name TEXT NOT NULL, 
	unit TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "sources" VALUES('hr','files','/data/hr','Personnel',NULL);
CREATE TABLE tables (
	asset_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	path TEXT NOT NULL, 
	rows BIGINT NOT NULL, 
	looked_at_rows BIGINT NOT NULL, 
	bytes BIGINT NOT NULL, 
	header BOOLEAN NOT NULL, 
	PRIMARY KEY (asset_id, position), 
	FOREIGN KEY(asset_id) REFERENCES assets (id)
);
INSERT INTO "tables" VALUES(1,0,'people.csv',100,100,1000,1);
CREATE TABLE triage_decisions (
	id INTEGER NOT NULL, 
	finding_id TEXT NOT NULL, 
	decision TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(finding_id) REFERENCES findings (id)
);
INSERT INTO "triage_decisions" VALUES(1,'F-HJBUICYD2V','confirm','people','sam','2026-01-05 09:00:02.000000');
CREATE TABLE units (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	parent TEXT, 
	status TEXT NOT NULL, 
	since DATE, 
	until DATE, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_assets_last_seen_scan ON assets (last_seen_scan);
CREATE INDEX ix_assets_source_id ON assets (source_id);
CREATE INDEX ix_findings_concept ON findings (concept);
CREATE INDEX ix_findings_last_seen_scan ON findings (last_seen_scan);
CREATE INDEX ix_findings_asset_id ON findings (asset_id);
CREATE INDEX ix_blind_spots_source_id ON blind_spots (source_id);
CREATE INDEX ix_blind_spots_asset_id ON blind_spots (asset_id);
CREATE INDEX ix_triage_decisions_finding_id ON triage_decisions (finding_id);
CREATE INDEX ix_ledger_entries_action ON ledger_entries (action);
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER triage_decisions_no_update BEFORE UPDATE ON triage_decisions BEGIN SELECT RAISE(ABORT, 'triage_decisions is append-only'); END;
CREATE TRIGGER triage_decisions_no_delete BEFORE DELETE ON triage_decisions BEGIN SELECT RAISE(ABORT, 'triage_decisions is append-only'); END;
COMMIT;
