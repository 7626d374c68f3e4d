CREATE OR REPLACE PACKAGE OE_HOLDS_PVT AS
  TYPE hold_source_rec_type IS RECORD (
    hold_source_id NUMBER,
    hold_id NUMBER,
    hold_entity_code VARCHAR2(30),
    hold_entity_id VARCHAR2(250),
    hold_until_date DATE,
    hold_comment VARCHAR2(2000),
    attribute15 VARCHAR2(240),
    org_id NUMBER,
    header_id NUMBER,
    line_id NUMBER
  );
  TYPE hold_release_rec_type IS RECORD (
    hold_release_id NUMBER,
    hold_source_id NUMBER,
    release_reason_code VARCHAR2(30),
    release_comment VARCHAR2(2000)
  );
  FUNCTION is_active(p_hold_source_id IN NUMBER) RETURN VARCHAR2;
END OE_HOLDS_PVT;
/
CREATE OR REPLACE PACKAGE BODY OE_HOLDS_PVT AS
  FUNCTION is_active(p_hold_source_id IN NUMBER) RETURN VARCHAR2 IS
    l_flag VARCHAR2(1);
  BEGIN
    SELECT MAX(s.released_flag) INTO l_flag FROM oe_hold_sources_all s WHERE s.hold_source_id = p_hold_source_id;
    RETURN NVL(l_flag, 'Y');
  END is_active;
END OE_HOLDS_PVT;
/
