CREATE OR REPLACE PACKAGE FND_MSG_PUB AS
  PROCEDURE initialize;
  PROCEDURE add_text(p_text IN VARCHAR2);
  FUNCTION count_msg RETURN NUMBER;
  FUNCTION get(p_msg_index IN NUMBER, p_encoded IN VARCHAR2) RETURN VARCHAR2;
END FND_MSG_PUB;
/
CREATE OR REPLACE PACKAGE BODY FND_MSG_PUB AS
  PROCEDURE initialize IS
  BEGIN
    DELETE FROM ebs_stub_messages WHERE stack = 'FND';
  END initialize;

  FUNCTION count_msg RETURN NUMBER IS
    l_count NUMBER;
  BEGIN
    SELECT COUNT(*) INTO l_count FROM ebs_stub_messages m WHERE m.stack = 'FND';
    RETURN l_count;
  END count_msg;

  PROCEDURE add_text(p_text IN VARCHAR2) IS
  BEGIN
    INSERT INTO ebs_stub_messages (stack, position, text) VALUES ('FND', fnd_msg_pub.count_msg() + 1, p_text);
  END add_text;

  FUNCTION get(p_msg_index IN NUMBER, p_encoded IN VARCHAR2) RETURN VARCHAR2 IS
    l_text VARCHAR2(2000);
  BEGIN
    SELECT MAX(m.text) INTO l_text FROM ebs_stub_messages m WHERE m.stack = 'FND' AND m.position = p_msg_index;
    RETURN l_text;
  END get;
END FND_MSG_PUB;
/
