# The rules of validation over generated mutations of real records.
TESTS += %D%/mutations.sh
EXTRA_DIST += %D%/mutations.sh %D%/mutations.py
