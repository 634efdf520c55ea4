# The rules of validation over generated mutations of real records.
TESTS += %D%/mutations.sh %D%/repository.sh
EXTRA_DIST += %D%/mutations.sh %D%/mutations.py \
	%D%/repository.sh %D%/repository.py
