# A certificate authority and a certificate for 127.0.0.1, to be read in by the
# start scripts: make_tls DIR writes DIR/ca.pem, DIR/server.pem, DIR/server.key.
make_tls() {
	[ -s "$1/server.pem" ] && return
	mkdir -p "$1"
	(
		cd "$1"
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
			-nodes -keyout ca.key -out ca.pem -days 30 \
			-subj "/CN=throw-away test CA" \
			-addext basicConstraints=critical,CA:TRUE \
			-addext keyUsage=critical,keyCertSign
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
			-nodes -keyout server.key -out server.csr \
			-subj "/CN=localhost"
		printf '%s\n' 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
			'basicConstraints=CA:FALSE' \
			'extendedKeyUsage=serverAuth' >ext
		openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key \
			-CAcreateserial -days 30 -extfile ext -out server.pem
	) >"$1/log" 2>&1
}

# A port that is free now, for servers that cannot say which one they took.
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
		LocalAddr => "127.0.0.1")->sockport'
}

# Wait until a URL answers: wait_for PID URL [CURL-OPTION...]
wait_for() {
	pid=$1 url=$2
	shift 2
	tries=0
	until curl -s -o /dev/null "$@" "$url"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] && kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.05
	done
}
