#!/bin/sh
# Makes the certificates of the TLS tests anew: an authority of their own, and leaves signed by it. Only loopback
# servers of the tests use them; their keys protect nothing. Valid for a hundred years, so that no test expires.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"; }

cat >"$work/ca.cnf" <<CONF
[ca]
default_ca = tests
[tests]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CONF
touch "$work/index"
echo 1000 >"$work/serial"

key ca
openssl req -x509 -new -key "$work/ca.key" -subj "/CN=announce test authority" -days 36500 -out ca.pem \
    -addext "keyUsage=critical,keyCertSign,cRLSign"

leaf() { # name, subjectAltName, first day, last day
    key "$1"
    printf 'subjectAltName=%s\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n' "$2" >"$work/ext"
    openssl req -new -key "$work/$1.key" -subj "/CN=$1" -out "$work/$1.csr"
    openssl ca -batch -notext -config "$work/ca.cnf" -keyfile "$work/ca.key" -cert ca.pem -in "$work/$1.csr" \
        -extfile "$work/ext" -startdate "$3" -enddate "$4" -out "$work/$1.pem"
    cat "$work/$1.pem" "$work/$1.key" >"$1.pem"
}
here="DNS:localhost,DNS:api.example.test,IP:127.0.0.1,IP:::1"
leaf good "$here" 20200101000000Z 21200101000000Z
leaf expired "$here" 20200101000000Z 20200102000000Z
leaf wrong-name "DNS:other.example.test" 20200101000000Z 21200101000000Z

key self
openssl req -x509 -new -key "$work/self.key" -subj "/CN=self-signed" -days 36500 -addext "subjectAltName=$here" -out "$work/self.pem"
cat "$work/self.pem" "$work/self.key" >self-signed.pem

rm -rf hashed
mkdir hashed
cp ca.pem "hashed/$(openssl x509 -in ca.pem -noout -subject_hash).0"
