CREATE OR REPLACE PACKAGE FND_GLOBAL AS
  FUNCTION user_id RETURN NUMBER;
  PROCEDURE apps_initialize(
    user_id IN NUMBER,
    resp_id IN NUMBER,
    resp_appl_id IN NUMBER,
    security_group_id IN NUMBER DEFAULT 0,
    server_id IN NUMBER DEFAULT -1
  );
END FND_GLOBAL;
/
CREATE OR REPLACE PACKAGE BODY FND_GLOBAL AS
  FUNCTION user_id RETURN NUMBER IS
    l_id NUMBER;
  BEGIN
    SELECT MAX(c.value) INTO l_id FROM ebs_stub_context c WHERE c.what = 'USER';
    RETURN NVL(l_id, -1);
  END user_id;

  PROCEDURE apps_initialize(
    user_id IN NUMBER,
    resp_id IN NUMBER,
    resp_appl_id IN NUMBER,
    security_group_id IN NUMBER DEFAULT 0,
    server_id IN NUMBER DEFAULT -1
  ) IS
  BEGIN
    DELETE FROM ebs_stub_context;
    INSERT INTO ebs_stub_context (what, value) VALUES ('USER', user_id);
    INSERT INTO ebs_stub_context (what, value) VALUES ('RESPONSIBILITY', resp_id);
  END apps_initialize;
END FND_GLOBAL;
/
