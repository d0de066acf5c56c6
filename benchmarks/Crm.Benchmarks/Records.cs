using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Domain.Members;
using Crm.Domain.Tenants;

namespace Crm.Benchmarks;

/// <summary>Reading lists, binding bodies, writing records, cursors: on leads.</summary>
[MemoryDiagnoser]
public class Records
{
    private readonly LeadResource _leads = new();
    private readonly Caller _caller = new(Guid.NewGuid(), Guid.NewGuid(), Role.Owner, null, FrozenSet<string>.Empty,
        new TenantProfile("", "EUR", null, "en", "UTC", RecordVisibility.All, true));
    private readonly KeyValuePair<string, string>[] _query =
        [new("status", "QUALIFIED"), new("value[gte]", "1000"), new("sort", "-createdAt"), new("take", "50"), new("count", "none")];
    private readonly JsonElement _body = JsonDocument.Parse("""
        {"name":"Ada Byron","email":"ada@example.com","phone":"+44 20 7946 0958","company":"Analytical Ltd","status":"NEW","source":"REFERRAL",
         "value":{"amount":12500.50,"currency":"EUR"},"score":70,"notes":"Met at the fair","tags":["vip"]}
        """).RootElement;
    private readonly ArrayBufferWriter<byte> _buffer = new(4_096);
    private ListRequest _request = null!;
    private RecordBinder _binder = null!;
    private RecordRow _row = null!;
    private IReadOnlyList<SortKey> _sort = null!;
    private string _cursor = null!;

    [GlobalSetup]
    public void Setup()
    {
        _request = ListParser.FromQuery(new ResourceMembers(_leads), _query);
        _binder = new RecordBinder(_leads);
        _sort = _request.Sort;
        _cursor = new Cursor([DateTime.UtcNow], Guid.NewGuid()).Encode(_leads, _sort);
        _row = new RecordRow(_leads.Fields,
        [
            Guid.NewGuid(), "Ada Byron", "ada@example.com", "+44 20 7946 0958", "Analytical Ltd", "Countess", null, "NEW", "REFERRAL", 12500.50m, "EUR", Guid.NewGuid(), 70,
            "Met at the fair", null, null, null, new[] { "vip" }, "{}", null, DateTime.UtcNow, DateTime.UtcNow, Guid.NewGuid(), Guid.NewGuid(), 1,
        ], []);
    }

    [Benchmark(Description = "query string to list request")]
    public object ParseQuery() => ListParser.FromQuery(new ResourceMembers(_leads), _query);

    [Benchmark(Description = "list request to SQL")]
    public object ListSql() => new ListSql(_leads, _request, _caller).Page();

    [Benchmark(Description = "body to details")]
    public object Bind() => _binder.Details(_body, _caller);

    [Benchmark(Description = "record to JSON")]
    public int WriteRecord()
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer);
        _row.Write(writer);
        writer.Flush();
        return _buffer.WrittenCount;
    }

    [Benchmark(Description = "cursor encode")]
    public string EncodeCursor() => new Cursor([DateTime.UtcNow], _caller.UserId).Encode(_leads, _sort);

    [Benchmark(Description = "cursor decode")]
    public object DecodeCursor() => Cursor.Decode(_cursor, _leads, _sort);
}
