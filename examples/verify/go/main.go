// Answers 204 to webhooks on PORT that WEBHOOK_KEY verifies, and 401 to all others.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const tolerance = 5 * time.Minute

func verifies(key string, body []byte, headers http.Header) bool {
	if strings.HasPrefix(key, "whpk_") {
		return verifiesEd25519(key, body, headers)
	}
	return verifiesHMAC(key, body, headers)
}

// A secret, whsec_…: by the published library.
func verifiesHMAC(secret string, body []byte, headers http.Header) bool {
	webhook, err := standardwebhooks.NewWebhook(secret)
	return err == nil && webhook.Verify(body, headers) == nil
}

// A public key, whpk_…: by Go's own library, as the published one knows no v1a.
func verifiesEd25519(publicKey string, body []byte, headers http.Header) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(publicKey, "whpk_"))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	timestamp := headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	signed := append([]byte(headers.Get("webhook-id")+"."+timestamp+"."), body...)
	for _, signature := range strings.Split(headers.Get("webhook-signature"), " ") {
		version, value, _ := strings.Cut(signature, ",")
		bytes, err := base64.StdEncoding.DecodeString(value)
		if version == "v1a" && err == nil && ed25519.Verify(key, signed, bytes) {
			return true
		}
	}
	return false
}

func main() {
	key := os.Getenv("WEBHOOK_KEY")
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err == nil && verifies(key, body, request.Header) {
			response.WriteHeader(http.StatusNoContent)
		} else {
			response.WriteHeader(http.StatusUnauthorized)
		}
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
