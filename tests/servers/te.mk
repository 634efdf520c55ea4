# A stand-in for ThousandEyes: tests of it, and of the commands against it.
TE_TESTS = %D%/te-server.sh %D%/thousandeyes.sh
TESTS += $(TE_TESTS)
EXTRA_DIST += $(TE_TESTS) %D%/test-thousandeyes.py %D%/thousandeyes.py \
	%D%/thousandeyes.script
