# The rules of validation over generated mutations of real records.
TESTS += %D%/convert.sh %D%/mutations.sh %D%/repository.sh
EXTRA_DIST += %D%/convert.sh %D%/convert.py %D%/mutations.sh %D%/mutations.py \
	%D%/repository.sh %D%/repository.py
