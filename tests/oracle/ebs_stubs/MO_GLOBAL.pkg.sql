CREATE OR REPLACE PACKAGE MO_GLOBAL AS
  PROCEDURE set_policy_context(p_access_mode IN VARCHAR2, p_org_id IN NUMBER);
  FUNCTION get_current_org_id RETURN NUMBER;
END MO_GLOBAL;
/
CREATE OR REPLACE PACKAGE BODY MO_GLOBAL AS
  PROCEDURE set_policy_context(p_access_mode IN VARCHAR2, p_org_id IN NUMBER) IS
  BEGIN
    DELETE FROM ebs_stub_context WHERE what = 'ORG';
    INSERT INTO ebs_stub_context (what, value) VALUES ('ORG', p_org_id);
  END set_policy_context;

  FUNCTION get_current_org_id RETURN NUMBER IS
    l_id NUMBER;
  BEGIN
    SELECT MAX(c.value) INTO l_id FROM ebs_stub_context c WHERE c.what = 'ORG';
    RETURN l_id;
  END get_current_org_id;
END MO_GLOBAL;
/
