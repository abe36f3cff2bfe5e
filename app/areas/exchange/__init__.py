"""Files of areas: bytes → checked areas. Pure; `checking` tells the two formats apart and reads either."""
