namespace Crm.Api.Tests.Security;

/// <summary>Values that have broken services: as raw JSON, as text of a query, as headers. The order is part of the seed.</summary>
internal static class HostileValues
{
    /// <summary>JSON as it is written, not always valid.</summary>
    public static readonly string[] Json =
    [
        "null", "true", "false", "0", "-1", "1", "2147483648", "-9223372036854775809", "1e400", "-1e-400", "0.1234567890123456789", "1E+2", "NaN", "01",
        "\"\"", "\" \"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\uffff\\ufeff\"", "\"\u202e\u0301\u0301\u0301\"", "\"\\ud83d\\ude00\"",
        "[]", "{}", "[null]", "[[]]", "{\"\":1}", "{\"a\":1,\"a\":2}", "[1,\"a\",null,{}]",
        "\"2026-02-30\"", "\"0000-00-00\"", "\"9999-12-31\"", "\"0001-01-01\"", "\"2026-13-01T25:61:61Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"2026-03-01T09:30:00\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"not-a-uuid\"",
        "\"' or 1=1 --\"", "\"'; drop table crm.leads; --\"", "\"${jndi:ldap://127.0.0.1/a}\"", "\"{{7*7}}\"", "\"<script>alert(1)</script>\"", "\"../../../etc/passwd\"", "\"%00%0d%0aSet-Cookie:x=1\"", "\"a\\r\\nX-Injected: 1\"", "\"=cmd|' /C calc'!A0\"",
        "\"a@b\"", "\"@\"", "\"a@[127.0.0.1]\"", "\"" + "EUR".PadRight(300, 'x') + "\"", "\"\\\\\"", "\"%\"", "\"_\"", "\"{}\"", "\"__proto__\"",
        "{\"amount\":1}", "{\"currency\":\"EUR\"}", "{\"amount\":\"1\",\"currency\":\"EUR\"}", "{\"amount\":0.001,\"currency\":\"EUR\"}", "{\"amount\":9999999999999.99,\"currency\":\"EUR\"}", "{\"amount\":1e13,\"currency\":\"EUR\"}", "{\"amount\":1,\"currency\":\"XXX\"}", "{\"amount\":-1,\"currency\":\"JPY\"}", "{\"amount\":1,\"currency\":\"EUR\",\"x\":1}",
        "\"" + new string('a', 20_001) + "\"", "\"" + new string('(', 5_000) + "\"", "\"" + string.Concat(Enumerable.Repeat("a@", 2_000)) + "\"",
        new string('[', 100) + new string(']', 100), string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100),
        "[" + string.Join(',', Enumerable.Repeat("\"tag\"", 200)) + "]", "{" + string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"k{i}\":{i}")) + "}",
    ];

    /// <summary>Text before it is escaped for a query string.</summary>
    public static readonly string[] Query =
    [
        "", " ", "a", "true", "null", "0", "-1", "1e400", "99999999999999999999", "1.5", "NaN", "\0", "\ud83d\ude00", "\u0130", "\ufeff", "'", "\"", "\\", "%", "_", "*", ":*", "&|!()", "<->", "a & b", "''); select 1; --",
        "2026-02-30", "2026-03-01", "2026-03-01T09:30:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "00000000-0000-0000-0000-000000000000", "EUR", "XXX", "NEW,LOST", ",", ",,,", "a,b,c", "-createdAt", "-createdAt,name,id,value", "createdAt,createdAt", "--name",
        "../..", "%00", "\r\nX: 1", "{}", "[]", "[gte]", "eyJhIjoxfQ", "AAAA", "1.2.3", "0.0.0", "9223372036854775807.1.1", "-1.-1.-1", "a.b.c", new string('x', 3_000), new string('(', 500), string.Join(',', Enumerable.Range(0, 600)),
    ];

    /// <summary>Headers with values, some of which HTTP allows and nobody sends.</summary>
    public static readonly (string Name, string Value)[] Headers =
    [
        ("If-Match", "\"1\""), ("If-Match", "*"), ("If-Match", "W/\"1\""), ("If-Match", "\"99999999999999999999\""), ("If-Match", "1"), ("If-Match", "\""), ("If-Match", "\"1\", \"2\""),
        ("If-None-Match", "\"1\""), ("If-None-Match", "*"), ("If-None-Match", "W/\"x\", garbage"), ("If-Modified-Since", "yesterday"), ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("Idempotency-Key", ""), ("Idempotency-Key", "a"), ("Idempotency-Key", new string('k', 255)), ("Idempotency-Key", new string('k', 256)), ("Idempotency-Key", "with space"), ("Idempotency-Key", "a,b"),
        ("X-Tenant-Id", ""), ("X-Tenant-Id", "nonsense"), ("X-Tenant-Id", "00000000-0000-0000-0000-000000000000"),
        ("X-Request-Id", "../../etc"), ("X-Request-Id", new string('r', 5_000)), ("X-Correlation-Id", "{\"a\":1}"), ("traceparent", "00-garbage"), ("traceparent", "00-" + new string('0', 32) + "-" + new string('0', 16) + "-01"),
        ("Accept", "text/csv"), ("Accept", "*/*;q=0"), ("Accept", "application/json;q=abc"), ("Accept", ""), ("Accept-Encoding", "br;q=1, gzip;q=x"), ("Accept-Encoding", "*;q=0"), ("Accept-Language", new string('x', 2_000)),
        ("Content-Encoding", "gzip"), ("Content-Encoding", "identity"), ("Content-Encoding", "x-unknown"), ("Content-Language", "tlh"),
        ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-For", "127.0.0.1, '"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "gopher"), ("Forwarded", "for=\"_x"), ("Range", "bytes=0-1"), ("Range", "bytes=a-b"), ("Expect", "100-continue"),
        ("Cookie", "a=b; c"), ("Authorization", "Bearer"), ("Authorization", "Bearer a.b.c"), ("Authorization", "Basic YTpi"), ("Authorization", "Bearer " + new string('a', 8_000)), ("X-Api-Key", "crm_nonsense"), ("X-Api-Key", "\u00e9"),
        ("Origin", "null"), ("Origin", "https://evil.example"), ("Referer", "javascript:alert(1)"), ("User-Agent", "\"; drop table"),
    ];

    public static readonly string[] ContentTypes =
    [
        "application/json; charset=utf-16", "application/json; charset=nonsense", "application/merge-patch+json", "application/json; boundary=x", "APPLICATION/JSON", "text/plain", "multipart/form-data", "application/xml", "application/json-patch+json", "*/*", "json",
    ];

    public static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "LOCK"];
}
