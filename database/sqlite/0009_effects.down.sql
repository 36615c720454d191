DROP TABLE forge_limits;
DROP TABLE effects;
