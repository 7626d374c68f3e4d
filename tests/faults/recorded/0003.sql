BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE approvals (
	plan_id VARCHAR(80) NOT NULL, 
	action_key VARCHAR(100) NOT NULL, 
	seq INTEGER NOT NULL, 
	decision VARCHAR(10) NOT NULL, 
	maker VARCHAR(200) NOT NULL, 
	checker VARCHAR(200) NOT NULL, 
	decided_at VARCHAR(27) NOT NULL, 
	PRIMARY KEY (plan_id, action_key, seq), 
	CONSTRAINT fk_approvals_plan FOREIGN KEY(plan_id, maker) REFERENCES plans (plan_id, maker), 
	CONSTRAINT ck_approvals_four_eyes CHECK (lower(maker) <> lower(checker)), 
	CONSTRAINT ck_approvals_decision CHECK (decision IN ('approved', 'rejected'))
);
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','done',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','sent-and-there',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','sent-and-lost',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','doubted-and-there',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','doubted-and-lost',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','queued',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','closed',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','changed',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','theirs',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','write-off',1,'approved','mary','carl','2026-03-02T08:00:00.000000Z');
INSERT INTO "approvals" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','no',1,'rejected','mary','carl','2026-03-02T08:00:00.000000Z');
CREATE TABLE audit_head (
	name VARCHAR(30) NOT NULL, 
	seq INTEGER NOT NULL, 
	digest VARCHAR(80), 
	PRIMARY KEY (name), 
	CONSTRAINT ck_audit_head_only CHECK (name = 'audit')
);
INSERT INTO "audit_head" VALUES('audit',18,'sha256:a2c3a769f20a82378a7885289ef0ae7a41229d7f4ccc1b22c841f8e795de8260');
CREATE TABLE audit_trail (
	seq INTEGER NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	event VARCHAR(30) NOT NULL, 
	plan_id VARCHAR(80), 
	action_key VARCHAR(100), 
	who VARCHAR(200) NOT NULL, 
	detail VARCHAR(1000), 
	previous VARCHAR(80), 
	digest VARCHAR(80) NOT NULL, 
	PRIMARY KEY (seq), 
	CONSTRAINT ck_audit_trail_seq CHECK (seq > 0)
);
INSERT INTO "audit_trail" VALUES(1,'2026-03-02T08:00:00.000000Z','plan','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b',NULL,'mary',NULL,NULL,'sha256:604b54b98442d30f60d33fb0a89389bf341172c9f669c9932f5188892ca1a529');
INSERT INTO "audit_trail" VALUES(2,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','done','carl',NULL,'sha256:604b54b98442d30f60d33fb0a89389bf341172c9f669c9932f5188892ca1a529','sha256:930249955ee06e3174d35059e2b3c8a03764912cdd2983cd7d9a754b44f32e54');
INSERT INTO "audit_trail" VALUES(3,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','sent-and-there','carl',NULL,'sha256:930249955ee06e3174d35059e2b3c8a03764912cdd2983cd7d9a754b44f32e54','sha256:9fa17e1aee2b650d704ca7f0599815005eb4d87b22b5e8ec94a6be653584a026');
INSERT INTO "audit_trail" VALUES(4,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','sent-and-lost','carl',NULL,'sha256:9fa17e1aee2b650d704ca7f0599815005eb4d87b22b5e8ec94a6be653584a026','sha256:ac9a2f2c25bad710ef761b2d3f7bd60796366ea8b1f88d3808aabc54f59883b1');
INSERT INTO "audit_trail" VALUES(5,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','doubted-and-there','carl',NULL,'sha256:ac9a2f2c25bad710ef761b2d3f7bd60796366ea8b1f88d3808aabc54f59883b1','sha256:f74f2ea44dfe4a68271815b051a862313820f19de82f9af5a64092f4e4b2cba8');
INSERT INTO "audit_trail" VALUES(6,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','doubted-and-lost','carl',NULL,'sha256:f74f2ea44dfe4a68271815b051a862313820f19de82f9af5a64092f4e4b2cba8','sha256:dd5f09f6127c23166679ad068a3cb173dc65632507350c3afe827eb75ed55322');
INSERT INTO "audit_trail" VALUES(7,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','queued','carl',NULL,'sha256:dd5f09f6127c23166679ad068a3cb173dc65632507350c3afe827eb75ed55322','sha256:14b3a5d42c7ca899d5e467d67e0500e98ced8fb49bd0c1476ecd8691e401c0b9');
INSERT INTO "audit_trail" VALUES(8,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','closed','carl',NULL,'sha256:14b3a5d42c7ca899d5e467d67e0500e98ced8fb49bd0c1476ecd8691e401c0b9','sha256:43122b6469551e498fda4e26ded2ded5b99b259ba66ce9130aa3af8fe2835bd2');
INSERT INTO "audit_trail" VALUES(9,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','changed','carl',NULL,'sha256:43122b6469551e498fda4e26ded2ded5b99b259ba66ce9130aa3af8fe2835bd2','sha256:f203c8dc1772d0cbbd2931558f300c68e9f7e26444db12c787743a6e2fd42b17');
INSERT INTO "audit_trail" VALUES(10,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','theirs','carl',NULL,'sha256:f203c8dc1772d0cbbd2931558f300c68e9f7e26444db12c787743a6e2fd42b17','sha256:982bd0614f8fae0c247d6a2ff48d107dc25cc83de3104aa01802c05f23845053');
INSERT INTO "audit_trail" VALUES(11,'2026-03-02T08:00:00.000000Z','word.approved','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','write-off','carl',NULL,'sha256:982bd0614f8fae0c247d6a2ff48d107dc25cc83de3104aa01802c05f23845053','sha256:f2fab15114b799d118496d04a21979225ce589b8c7a83b613c2fb5213460f4e7');
INSERT INTO "audit_trail" VALUES(12,'2026-03-02T08:00:00.000000Z','word.rejected','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','no','carl',NULL,'sha256:f2fab15114b799d118496d04a21979225ce589b8c7a83b613c2fb5213460f4e7','sha256:0d9d8ecc1213be97c01d5192cd8fe7efecae739e59c81d7e0cc275a842740595');
INSERT INTO "audit_trail" VALUES(13,'2026-03-02T08:00:00.000000Z','outbox.done',NULL,'done','run 3',NULL,'sha256:0d9d8ecc1213be97c01d5192cd8fe7efecae739e59c81d7e0cc275a842740595','sha256:d61649d33ff85479dc5ce94395272ee0a543d639819509dd99eef5f5c9f5f3f6');
INSERT INTO "audit_trail" VALUES(14,'2026-03-02T08:00:00.000000Z','outbox.in_doubt',NULL,'doubted-and-there','run 3',NULL,'sha256:d61649d33ff85479dc5ce94395272ee0a543d639819509dd99eef5f5c9f5f3f6','sha256:edf603930228d81643f7934e08193be9deb636ca1683c02718df20e8d1167018');
INSERT INTO "audit_trail" VALUES(15,'2026-03-02T08:00:00.000000Z','outbox.in_doubt',NULL,'doubted-and-lost','run 3',NULL,'sha256:edf603930228d81643f7934e08193be9deb636ca1683c02718df20e8d1167018','sha256:674b0048b8b2b1fab22ffbc0af23cb0bfa62281f65a903b65482f10d6de564ae');
INSERT INTO "audit_trail" VALUES(16,'2026-03-02T08:00:00.000000Z','outbox.refused',NULL,'closed','run 3',NULL,'sha256:674b0048b8b2b1fab22ffbc0af23cb0bfa62281f65a903b65482f10d6de564ae','sha256:810d3eb9c1f466ff982682f954157828f5697e042e75dc22f8edcbb93ba8684c');
INSERT INTO "audit_trail" VALUES(17,'2026-03-02T08:00:00.000000Z','outbox.stale',NULL,'changed','run 3',NULL,'sha256:810d3eb9c1f466ff982682f954157828f5697e042e75dc22f8edcbb93ba8684c','sha256:adfe31746b2984cc0298ea46bde35132b2e099ce4f8f980f66f55e3013a98327');
INSERT INTO "audit_trail" VALUES(18,'2026-03-02T08:00:00.000000Z','outbox.conflict',NULL,'theirs','run 3',NULL,'sha256:adfe31746b2984cc0298ea46bde35132b2e099ce4f8f980f66f55e3013a98327','sha256:a2c3a769f20a82378a7885289ef0ae7a41229d7f4ccc1b22c841f8e795de8260');
CREATE TABLE lease (
	name VARCHAR(30) NOT NULL, 
	owner VARCHAR(200), 
	fencing INTEGER NOT NULL, 
	expires_at VARCHAR(27) NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT ck_lease_fencing CHECK (fencing > 0)
);
INSERT INTO "lease" VALUES('write-back','run 3',3,'2026-03-02T08:00:00.000000Z');
CREATE TABLE outbox (
	action_key VARCHAR(100) NOT NULL, 
	plan_id VARCHAR(80) NOT NULL, 
	account_id VARCHAR(200) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	amount VARCHAR(40), 
	currency VARCHAR(3), 
	external_ref VARCHAR(120) NOT NULL, 
	intent TEXT NOT NULL, 
	intent_digest VARCHAR(80) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	erp_id VARCHAR(200), 
	message VARCHAR(2000), 
	attempts INTEGER NOT NULL, 
	fencing INTEGER NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	updated_at VARCHAR(27) NOT NULL, 
	PRIMARY KEY (action_key), 
	CONSTRAINT uq_outbox_reference UNIQUE (external_ref), 
	CONSTRAINT ck_outbox_state CHECK (state IN ('approved', 'sending', 'done', 'refused', 'stale', 'in_doubt', 'conflict')), 
	CONSTRAINT ck_outbox_attempts CHECK (attempts >= 0), 
	CONSTRAINT fk_outbox_plan FOREIGN KEY(plan_id) REFERENCES plans (plan_id)
);
INSERT INTO "outbox" VALUES('done','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0007','note',NULL,NULL,'erp-ar:done','{"account_id":"0007","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:done","guard":{},"key":"done","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder done."},"schedule_id":null}','sha256:9ee94ef5da11eec454131f472eff3ca89f87438f6e06c7a31aeaef85d7a16bab','done',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('sent-and-there','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0042','note',NULL,NULL,'erp-ar:sent-and-there','{"account_id":"0042","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:sent-and-there","guard":{},"key":"sent-and-there","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder sent-and-there."},"schedule_id":null}','sha256:fae565a957e30e2d7e1938d5a245bf3235a46a80e7e10fb0dfebc1160d5129db','sending',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('sent-and-lost','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0007','note',NULL,NULL,'erp-ar:sent-and-lost','{"account_id":"0007","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:sent-and-lost","guard":{},"key":"sent-and-lost","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder sent-and-lost."},"schedule_id":null}','sha256:9377f4947d9a3b5d5b098e51c1405d7f779aa6e3e40a2dcba84a5b889c1c0cbf','sending',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('doubted-and-there','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0042','note',NULL,NULL,'erp-ar:doubted-and-there','{"account_id":"0042","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:doubted-and-there","guard":{},"key":"doubted-and-there","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder doubted-and-there."},"schedule_id":null}','sha256:88ddf62cd4708f07080accbc8181639ad15e24e641b3f4b2089e22694c94ad84','in_doubt',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('doubted-and-lost','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0007','note',NULL,NULL,'erp-ar:doubted-and-lost','{"account_id":"0007","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:doubted-and-lost","guard":{},"key":"doubted-and-lost","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder doubted-and-lost."},"schedule_id":null}','sha256:1967927f0ab3977c3c0ae37483c8efa09ac4e8f30da29e428043954ba17b5b5f','in_doubt',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('queued','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0042','note',NULL,NULL,'erp-ar:queued','{"account_id":"0042","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:queued","guard":{},"key":"queued","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder queued."},"schedule_id":null}','sha256:6ac74e27ae0bf3a8175798262df2edf4a66a03db0b1cc711f6f532fa48f87cc8','approved',NULL,NULL,0,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('closed','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0007','note',NULL,NULL,'erp-ar:closed','{"account_id":"0007","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:closed","guard":{},"key":"closed","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder closed."},"schedule_id":null}','sha256:796f72619ff22f3b2886371682fc3bcd3533c9675d596d85fec52f8cb4028223','refused',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('changed','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0042','note',NULL,NULL,'erp-ar:changed','{"account_id":"0042","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:changed","guard":{},"key":"changed","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder changed."},"schedule_id":null}','sha256:c524512b4ba9e08c622feaadb1f096040615c1f0b82c0b54e06a008c9441c70c','stale',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
INSERT INTO "outbox" VALUES('theirs','sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','0007','note',NULL,NULL,'erp-ar:theirs','{"account_id":"0007","amount":null,"author":"mary","business_date":"2026-03-02","currency":null,"external_ref":"erp-ar:theirs","guard":{},"key":"theirs","kind":"note","org_id":"081","payload":{"note_kind":"dunning","text":"Reminder theirs."},"schedule_id":null}','sha256:2251c1b5486535386075177354d1fca2be596475ff43855310462482083f601a','conflict',NULL,NULL,1,3,'2026-03-02T08:00:00.000000Z','2026-03-02T08:00:00.000000Z');
CREATE TABLE plans (
	plan_id VARCHAR(80) NOT NULL, 
	snapshot_id VARCHAR(80) NOT NULL, 
	policy_name VARCHAR(200) NOT NULL, 
	policy_digest VARCHAR(80) NOT NULL, 
	erp TEXT NOT NULL, 
	as_of VARCHAR(10) NOT NULL, 
	maker VARCHAR(200) NOT NULL, 
	registered_at VARCHAR(27) NOT NULL, 
	PRIMARY KEY (plan_id), 
	CONSTRAINT uq_plans_maker UNIQUE (plan_id, maker)
);
INSERT INTO "plans" VALUES('sha256:7a27067eeceb3b3b1f2ec8296f0a275d5015e2bff3a0e68d2ef1b8ab5efe7b5b','sha256:5555555555555555555555555555555555555555555555555555555555555555','default','sha256:7777777777777777777777777777777777777777777777777777777777777777','{"adapter":"memory","name":"memory"}','2026-03-02','mary','2026-03-02T08:00:00.000000Z');
CREATE TABLE runs (
	run_id VARCHAR(100) NOT NULL, 
	command VARCHAR(200) NOT NULL, 
	started_at VARCHAR(27) NOT NULL, 
	finished_at VARCHAR(27), 
	exit_code INTEGER, 
	detail TEXT, 
	PRIMARY KEY (run_id), 
	CONSTRAINT ck_runs_finished CHECK ((finished_at IS NULL AND exit_code IS NULL) OR (finished_at IS NOT NULL AND exit_code IS NOT NULL))
);
INSERT INTO "runs" VALUES('run 3','apply','2026-03-02T08:00:00.000000Z',NULL,NULL,NULL);
CREATE TABLE snapshots (
	seq INTEGER NOT NULL, 
	snapshot_id VARCHAR(80) NOT NULL, 
	identity TEXT NOT NULL, 
	reading VARCHAR(80), 
	run_id VARCHAR(100), 
	known_at VARCHAR(27) NOT NULL, 
	cursor_at VARCHAR(40), 
	swept_at VARCHAR(27), 
	PRIMARY KEY (seq), 
	CONSTRAINT fk_snapshots_run FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
COMMIT;
