package h2scope_test

import "h2scope/h2decode"

// A peer is a server, and clients that exchange with it what is no HTTP/2.
//
// The scripts are for sh, and end at the first command that fails. They find in
// the environment: ADDR, an address of the peer's own, and PORT; DIR, an empty
// folder of its own; FILES, a folder with the files random, zeros, numbers,
// program, frames (HTTP/2 of a server), capture (HTTP/2 in a capture file) and
// short.
type peer struct {
	name   string
	speaks h2decode.Protocol
	needs  string // programs
	serve  string // becomes the server, in the foreground
	talk   string
}

// peers are other protocols, with their usual implementations. Those with short
// binary headers are nearest to HTTP/2: a length of three octets begins the
// packets of MySQL, a type and a length of four those of PostgreSQL, and so on.
var peers = []peer{
	{"HTTP 1.1, nginx", h2decode.ProtocolHTTP1, "nginx curl ab", `
		cat > $DIR/nginx.conf <<-END
			daemon off; pid $DIR/pid; error_log stderr; user root; worker_processes 1;
			events { }
			http {
				access_log off; client_body_temp_path $DIR/body; client_max_body_size 100m; keepalive_requests 100000;
				fastcgi_temp_path $DIR/f; proxy_temp_path $DIR/p; scgi_temp_path $DIR/s; uwsgi_temp_path $DIR/u;
				server { listen $ADDR:$PORT; root $FILES; location /put/ { root $DIR; dav_methods PUT; create_full_put_path on; } }
				server { listen $ADDR:8081; root $FILES; gzip on; gzip_types *; gzip_proxied any; }
			}
		END
		exec nginx -c $DIR/nginx.conf`, `
		curl -sSf $(for i in 1 2 3; do for f in random zeros numbers program frames capture; do echo -o /dev/null http://$ADDR:$PORT/$f; done; done)
		curl -sSf --compressed $(for f in random numbers program frames; do echo -o /dev/null http://$ADDR:8081/$f; done)
		for f in random numbers program frames capture; do curl -sSf -T $FILES/$f http://$ADDR:$PORT/put/$f; done
		curl -sSf -H 'Transfer-Encoding: chunked' -T $FILES/frames http://$ADDR:$PORT/put/chunked
		ab -q -k -n 3000 -c 4 http://$ADDR:$PORT/short; ab -q -n 200 -c 4 http://$ADDR:$PORT/short`},

	{"HTTP 1.1, Apache", h2decode.ProtocolHTTP1, "apache2 curl ab", `
		cat > $DIR/apache.conf <<-END
			ServerRoot $DIR
			ServerName $ADDR
			Listen $ADDR:$PORT
			PidFile $DIR/pid
			ErrorLog /dev/stderr
			DavLockDB $DIR/locks
			$(for m in mpm_event authz_core alias mime dav dav_fs deflate filter; do echo LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so; done)
			TypesConfig /etc/mime.types
			DocumentRoot $FILES
			KeepAlive On
			MaxKeepAliveRequests 0
			Alias /put $DIR/put
			<Location /put>
				Dav On
			</Location>
		END
		mkdir $DIR/put; chmod 777 $DIR $DIR/put
		exec apache2 -X -f $DIR/apache.conf`, `
		curl -sSf $(for i in 1 2; do for f in random zeros numbers program frames capture; do echo -o /dev/null http://$ADDR:$PORT/$f; done; done)
		curl -sSf -r 0-99,1000-9999,20000-80000 -o /dev/null http://$ADDR:$PORT/program
		for f in random numbers frames capture; do curl -sS -T $FILES/$f http://$ADDR:$PORT/put/$f >/dev/null; done
		ab -q -k -n 2000 -c 4 http://$ADDR:$PORT/short`},

	{"TLS, OpenSSL", h2decode.ProtocolTLS, "openssl", `
		openssl req -x509 -newkey rsa:2048 -nodes -keyout $DIR/key -out $DIR/cert -subj /CN=peer -days 2 2>/dev/null
		exec openssl s_server -quiet -accept $ADDR:$PORT -cert $DIR/cert -key $DIR/key -WWW`, `
		cd $FILES
		for v in -tls1_2 -tls1_3; do for f in random zeros numbers program frames capture; do
			(echo "GET /$f HTTP/1.0"; echo; sleep 0.3) | openssl s_client $v -quiet -connect $ADDR:$PORT >/dev/null 2>&1 || true
		done; done
		openssl s_time -connect $ADDR:$PORT -new -time 1 -www /short >/dev/null`},

	{"SSH, OpenSSH", h2decode.ProtocolOther, "sshd ssh scp sftp ssh-keygen", `
		mkdir -p /run/sshd
		ssh-keygen -q -t ed25519 -N '' -f $DIR/host; ssh-keygen -q -t ed25519 -N '' -f $DIR/user
		exec $(command -v sshd) -D -e -f /dev/null -h $DIR/host -p $PORT -o ListenAddress=$ADDR -o StrictModes=no -o PidFile=none \
			-o AuthorizedKeysFile=$DIR/user.pub -o PermitRootLogin=yes -o 'Subsystem=sftp internal-sftp'`, `
		cat > $DIR/config <<-END
			Host *
				IdentityFile $DIR/user
				StrictHostKeyChecking no
				UserKnownHostsFile /dev/null
				LogLevel ERROR
				Port $PORT
		END
		mkdir $DIR/got
		for f in random zeros numbers program frames; do scp -q -F $DIR/config $FILES/$f $ADDR:$DIR/got/; scp -q -F $DIR/config $ADDR:$FILES/$f $DIR/got/; done
		scp -q -C -c aes128-ctr -F $DIR/config $ADDR:$FILES/numbers $DIR/got/
		i=0; while [ $i -lt 400 ]; do echo $i; i=$((i+1)); done | ssh -tt -F $DIR/config $ADDR 'stty -echo; head -400' >/dev/null`},

	{"DNS over TCP, Knot", h2decode.ProtocolOther, "knotd dig dnsperf", `
		{ echo '$TTL 60'; echo '@ SOA ns root 1 60 60 60 60'; echo '@ NS ns'; echo "ns A $ADDR"
		  i=0; while [ $i -lt 3000 ]; do echo "h$i A 10.0.$((i/256)).$((i%256))"; echo "h$i AAAA 2001:db8::$i"; echo "h$i TXT \"a text of host $i\" \"\\000\\000\\004\\001\""; i=$((i+1)); done; } > $DIR/zone
		printf '%s\n' server: "  rundir: $DIR" "  listen: $ADDR@$PORT" database: "  storage: $DIR" acl: '  - id: all' '    action: transfer' \
			zone: '  - domain: example.com' "    storage: $DIR" '    file: zone' '    acl: all' > $DIR/conf
		exec $(command -v knotd) -c $DIR/conf`, `
		i=0; while [ $i -lt 1500 ]; do echo "h$i.example.com A"; echo "h$i.example.com TXT"; echo "absent$i.example.com AAAA"; i=$((i+1)); done > $DIR/queries
		dig @$ADDR -p $PORT +tcp +keepopen -f $DIR/queries > /dev/null
		dig @$ADDR -p $PORT example.com AXFR > /dev/null
		dnsperf -m tcp -s $ADDR -p $PORT -d $DIR/queries -n 4 -c 2 -q 50 > /dev/null`},

	{"PostgreSQL", h2decode.ProtocolOther, "postgres psql pgbench runuser", `
		bin=$(dirname $(readlink -f $(command -v postgres))); chown postgres $DIR; chmod 755 $DIR
		runuser -u postgres -- $bin/initdb -D $DIR/db -A trust >/dev/null
		exec runuser -u postgres -- $bin/postgres -D $DIR/db -h $ADDR -p $PORT -k '' -F`, `
		export PGHOST=$ADDR PGPORT=$PORT PGUSER=postgres PGSSLMODE=disable
		pgbench -q -i -s 1 postgres 2>/dev/null
		for m in simple extended prepared; do pgbench -n -M $m -c 2 -t 300 postgres >/dev/null; done
		psql -q -c 'create table files (n int, octets bytea)'
		for f in random zeros numbers frames; do psql -q -c "insert into files select n, substr(pg_read_binary_file('$FILES/$f'), 1 + n * 300, 300 + n * 40) from generate_series(0, 200) n"; done
		psql -q -c '\copy files to '$DIR/files' with (format binary)'; psql -q -c '\copy files from '$DIR/files' with (format binary)'
		psql -q -c 'select * from files limit 300' >/dev/null`},

	{"Redis", h2decode.ProtocolOther, "redis-server redis-benchmark redis-cli", `
		exec redis-server --bind $ADDR --port $PORT --dir $DIR --save '' --proto-max-bulk-len 64mb`, `
		redis-benchmark -h $ADDR -p $PORT -q -n 1500 -c 4 -d 100 -t set,get,incr,lpush,hset,zadd,mset,lrange_100 >/dev/null
		redis-benchmark -h $ADDR -p $PORT -q -n 20000 -c 4 -d 9 -P 16 -t set,get >/dev/null
		for f in random zeros numbers frames capture; do
			redis-cli -h $ADDR -p $PORT -x set $f < $FILES/$f >/dev/null
			redis-cli -h $ADDR -p $PORT get $f >/dev/null; redis-cli -3 -h $ADDR -p $PORT getrange $f 1000 90000 >/dev/null
		done`},

	{"MySQL, MariaDB", h2decode.ProtocolOther, "mariadbd mariadb mariadb-install-db sysbench", `
		chmod 755 $DIR; mariadb-install-db --no-defaults --user=root --datadir=$DIR/db --auth-root-authentication-method=normal >/dev/null 2>&1
		exec mariadbd --no-defaults --user=root --datadir=$DIR/db --socket=$DIR/socket --bind-address=$ADDR --port=$PORT --skip-name-resolve --secure-file-priv= --pid-file=$DIR/pid --max-allowed-packet=64M`, `
		mariadb --no-defaults -uroot -S $DIR/socket -e "create user 'u'@'%'; grant all on *.* to 'u'@'%'; create database sbtest"
		s="sysbench --mysql-host=$ADDR --mysql-port=$PORT --mysql-user=u --table-size=2000 --tables=1 --threads=2 --time=0 --events=150"
		$s oltp_read_write prepare >/dev/null; $s oltp_read_write run >/dev/null; $s --db-ps-mode=disable oltp_read_write run >/dev/null
		my="mariadb --no-defaults -h$ADDR -P$PORT -uu sbtest"
		$my -e 'create table files (name varchar(20), octets longblob)'
		for f in random zeros numbers frames capture; do $my -e "insert into files values ('$f', load_file('$FILES/$f'))"; done
		$my --quick -e 'select * from files' >/dev/null
		mariadb --no-defaults -C -h$ADDR -P$PORT -uu sbtest -e 'select * from sbtest1' >/dev/null
		i=0; while [ $i -lt 500 ]; do echo "select $i, x'00000401000000000000000004';"; i=$((i+1)); done | $my >/dev/null`},

	{"memcached", h2decode.ProtocolOther, "memcached memcaslap memccapable", `
		exec memcached -u root -l $ADDR -p $PORT -U 0 -m 64`, `
		memccapable -h $ADDR -p $PORT -b >/dev/null; memccapable -h $ADDR -p $PORT -a >/dev/null || true
		memcaslap -s $ADDR:$PORT -B -x 3000 -c 4 -T 1 >/dev/null; memcaslap -s $ADDR:$PORT -x 3000 -c 4 -T 1 >/dev/null`},

	{"MQTT, Mosquitto", h2decode.ProtocolOther, "mosquitto mosquitto_pub mosquitto_sub", `
		printf 'listener %s %s\nallow_anonymous true\nuser root\nmax_queued_messages 0\nmax_inflight_messages 0\n' $PORT $ADDR > $DIR/conf
		exec mosquitto -c $DIR/conf`, `
		mosquitto_sub -h $ADDR -p $PORT -t 'some/#' -q 2 -C 6005 > /dev/null & sub=$!
		mosquitto_sub -h $ADDR -p $PORT -V mqttv5 -t some/topic -q 0 -C 6000 > /dev/null & sub5=$!
		sleep 1
		i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done > $DIR/lines
		for q in 0 1 2; do mosquitto_pub -h $ADDR -p $PORT -t some/topic -q $q -l < $DIR/lines; done
		for f in random zeros numbers frames capture; do mosquitto_pub -h $ADDR -p $PORT -V mqttv5 -q 1 -t some/file -f $FILES/$f; done
		wait $sub; wait $sub5`},

	{"AMQP, RabbitMQ", h2decode.ProtocolOther, "rabbitmq-server rabbitmqctl amqp-publish amqp-consume amqp-declare-queue", `
		export HOME=$DIR RABBITMQ_NODENAME=peer@localhost RABBITMQ_MNESIA_BASE=$DIR RABBITMQ_LOG_BASE=$DIR RABBITMQ_PID_FILE=$DIR/pid \
			RABBITMQ_NODE_IP_ADDRESS=$ADDR RABBITMQ_NODE_PORT=$PORT RABBITMQ_DIST_PORT=25699 ERL_EPMD_PORT=4399 RABBITMQ_ENABLED_PLUGINS_FILE=$DIR/plugins \
			RABBITMQ_CONFIG_FILE=$DIR/conf
		printf 'loopback_users = none\n' > $DIR/conf.conf; chown -R rabbitmq $DIR 2>/dev/null || true
		exec $(command -v /usr/lib/rabbitmq/bin/rabbitmq-server || command -v rabbitmq-server)`, `
		u=amqp://guest:guest@$ADDR:$PORT
		amqp-declare-queue -u $u -q q >/dev/null
		for f in random zeros numbers program frames capture; do amqp-publish -u $u -r q < $FILES/$f; done
		i=0; while [ $i -lt 1000 ]; do echo $i; i=$((i+1)); done | amqp-publish -u $u -r q -l
		amqp-consume -u $u -q q -c 1006 cat >/dev/null`},

	{"FTP, vsftpd", h2decode.ProtocolOther, "vsftpd curl", `
		mkdir $DIR/empty; printf '%s\n' listen=YES listen_address=$ADDR listen_port=$PORT background=NO anonymous_enable=YES run_as_launching_user=YES \
			anon_root=$FILES secure_chroot_dir=$DIR/empty pasv_address=$ADDR no_anon_password=YES seccomp_sandbox=NO > $DIR/conf
		exec vsftpd $DIR/conf`, `
		for f in random zeros numbers program frames capture; do curl -sSf --no-epsv -o /dev/null ftp://$ADDR:$PORT/$f; done
		curl -sSf -o /dev/null $(i=0; while [ $i -lt 50 ]; do echo ftp://$ADDR:$PORT/short; i=$((i+1)); done)`},

	{"SMTP, Postfix", h2decode.ProtocolOther, "smtp-sink smtp-source", `
		exec smtp-sink -u root $ADDR:$PORT 100`, `
		smtp-source -m 300 -s 3 -l 2000 -4 $ADDR:$PORT; smtp-source -d -m 300 -s 1 -l 40000 -4 $ADDR:$PORT`},

	{"rsync", h2decode.ProtocolOther, "rsync", `
		printf 'use chroot = no\naddress = %s\nport = %s\n[files]\npath = %s\nuid = root\ngid = root\n[in]\npath = %s\nread only = no\nuid = root\ngid = root\n' $ADDR $PORT $FILES $DIR > $DIR/conf
		exec rsync --daemon --no-detach --config=$DIR/conf --log-file=$DIR/log`, `
		mkdir $DIR/got; rsync -a rsync://$ADDR:$PORT/files/ $DIR/got/
		for f in numbers program; do printf changed | dd of=$DIR/got/$f bs=1 seek=5000 conv=notrunc 2>/dev/null; done
		rsync -aI rsync://$ADDR:$PORT/files/ $DIR/got/; rsync -az $FILES/ rsync://$ADDR:$PORT/in/copy/`},

	{"SMB, Samba", h2decode.ProtocolOther, "smbd smbclient", `
		printf '[global]\nnetbios name = %.0sPEER\nsmb ports = %s\nmap to guest = Bad User\nguest account = root\nserver role = standalone\nlog file = %s/log\n' $ADDR $PORT $DIR > $DIR/conf
		for d in private 'state directory' 'cache directory' 'lock directory' 'pid directory' 'ncalrpc dir'; do p=$(echo $DIR/$d | tr -d ' '); mkdir -p $p; [ "$d" = private ] || echo "$d = $p" >> $DIR/conf; done
		printf 'private dir = %s/private\n[files]\npath = %s\nguest ok = yes\n[in]\npath = %s\nguest ok = yes\nread only = no\n' $DIR $FILES $DIR >> $DIR/conf
		exec smbd -F --no-process-group -s $DIR/conf`, `
		for v in NT1 SMB2 SMB3; do smbclient -N -m $v --option='client min protocol=NT1' -p $PORT //$ADDR/files -c "lcd $DIR; prompt; dir; get random; get zeros; get numbers; get frames; get capture" >/dev/null || [ $v = NT1 ]; done
		smbclient -N -p $PORT //$ADDR/in -c "lcd $FILES; put program; put frames; put numbers" >/dev/null`},

	{"LDAP, OpenLDAP", h2decode.ProtocolOther, "slapd ldapadd ldapsearch", `
		mkdir $DIR/db; printf 'include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix "dc=x"\nrootdn "cn=r,dc=x"\nrootpw p\ndirectory %s/db\n' $DIR > $DIR/conf
		exec $(command -v slapd) -d 0 -f $DIR/conf -h ldap://$ADDR:$PORT`, `
		{ printf 'dn: dc=x\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: x\n\n'
		  i=0; while [ $i -lt 700 ]; do printf 'dn: cn=%s,dc=x\nobjectClass: person\ncn: %s\nsn: s\ndescription:: AAAEAQAAAAAAAAAABA==\n\n' p$i p$i; i=$((i+1)); done; } > $DIR/ldif
		ldapadd -H ldap://$ADDR:$PORT -x -D cn=r,dc=x -w p -f $DIR/ldif >/dev/null
		i=0; while [ $i -lt 20 ]; do ldapsearch -H ldap://$ADDR:$PORT -x -b dc=x "(cn=p$i*)" >/dev/null || [ $? = 4 ]; i=$((i+1)); done`},

	{"FastCGI, nginx", h2decode.ProtocolOther, "nginx fcgiwrap ab curl", `
		printf '#!/bin/sh\nprintf "Content-Type: a/b\\r\\n\\r\\n"; exec cat $QUERY_STRING\n' > $DIR/cat.sh; chmod 755 $DIR $DIR/cat.sh
		cat > $DIR/nginx.conf <<-END
			pid $DIR/pid; error_log stderr; user root; worker_processes 1;
			events { }
			http {
				access_log off; client_body_temp_path $DIR/body;
				fastcgi_temp_path $DIR/f; proxy_temp_path $DIR/p; scgi_temp_path $DIR/s; uwsgi_temp_path $DIR/u;
				server { listen 127.0.0.1:8091; location / {
					fastcgi_pass $ADDR:$PORT; fastcgi_param SCRIPT_FILENAME $DIR/cat.sh; fastcgi_param QUERY_STRING \$query_string; fastcgi_param REQUEST_METHOD \$request_method; } }
			}
		END
		nginx -c $DIR/nginx.conf -g 'daemon on;'
		trap "kill \$(cat $DIR/pid)" TERM EXIT
		fcgiwrap -c 4 -s tcp:$ADDR:$PORT & wait`, `
		for f in random zeros numbers program frames capture; do curl -sSf -o /dev/null "http://127.0.0.1:8091/?$FILES/$f"; done
		ab -q -n 200 -c 2 "http://127.0.0.1:8091/?$FILES/short"`},

	{"Gearman", h2decode.ProtocolOther, "gearmand gearman", `
		exec gearmand -u root -L $ADDR -p $PORT --log-file=stderr --verbose=ERROR`, `
		gearman -h $ADDR -p $PORT -w -f cat -- cat & worker=$!
		gearman -h $ADDR -p $PORT -w -f count -- wc -c & worker="$worker $!"
		i=0; while [ $i -lt 120 ]; do gearman -h $ADDR -p $PORT -f cat $i >/dev/null; i=$((i+1)); done
		for f in random zeros numbers program frames capture; do gearman -h $ADDR -p $PORT -f count < $FILES/$f >/dev/null; done
		for f in frames capture; do head -c 30000 $FILES/$f | gearman -h $ADDR -p $PORT -f cat >/dev/null; done
		kill $worker`},

	{"NBD, nbdkit", h2decode.ProtocolOther, "nbdkit nbdcopy", `
		cat $FILES/random $FILES/zeros $FILES/frames $FILES/numbers $FILES/program > $DIR/disk; truncate -s %4096 $DIR/disk
		exec nbdkit -f -i $ADDR -p $PORT file $DIR/disk`, `
		nbdcopy nbd://$ADDR:$PORT $DIR/got; nbdcopy --request-size=4096 --requests=4 nbd://$ADDR:$PORT $DIR/got; nbdcopy $DIR/got nbd://$ADDR:$PORT`},

	{"iperf3", h2decode.ProtocolOther, "iperf3", `
		exec iperf3 -s -B $ADDR -p $PORT`, `
		iperf3 -c $ADDR -p $PORT -n 8M >/dev/null; iperf3 -R -c $ADDR -p $PORT -n 8M -P 2 -l 1000 >/dev/null`},

	{"Git", h2decode.ProtocolOther, "git", `
		export HOME=$DIR; git init -q $DIR/r; cd $DIR/r; git config user.email a@b; git config user.name a
		for f in random zeros numbers program frames capture; do cp $FILES/$f .; git add .; git commit -qm $f; git tag $f; done
		git config --global --add safe.directory '*'
		exec git daemon --listen=$ADDR --port=$PORT --base-path=$DIR --export-all --reuseaddr`, `
		export HOME=$DIR
		git clone -q git://$ADDR:$PORT/r $DIR/a 2>/dev/null; git -c protocol.version=0 clone -q --depth 1 git://$ADDR:$PORT/r $DIR/b 2>/dev/null
		i=0; while [ $i -lt 30 ]; do git ls-remote git://$ADDR:$PORT/r >/dev/null; i=$((i+1)); done`},
}
