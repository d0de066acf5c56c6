using Crm.Baseline;
using Npgsql;

// A bare Kestrel that sends the service's SQL and writes the service's JSON, and does nothing else: no routing, no sign-in, no
// validation, no events of a domain. What the service costs beyond this is the price of everything it does for its users.
if (args is ["check", var service, var baseline, var token]) return await Check.RunAsync(service, baseline, token);
if (args is ["pgbench", var folder, var tenant, var user, var samples]) return Scripts.Write(folder, new BaselineCaller(Guid.Parse(tenant), Guid.Parse(user)), samples);

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var caller = new BaselineCaller(Guid.Parse(builder.Configuration["Tenant"]!), Guid.Parse(builder.Configuration["User"]!));
await using var source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(builder.Configuration.GetConnectionString("Crm"))
{
    // The service's own settings.
    MaxAutoPrepare = 100,
    AutoPrepareMinUsages = 3,
    NoResetOnClose = true,
    ApplicationName = "crm-baseline",
}.ConnectionString).Build();
var statements = new Statements(caller);
var reads = new Reads(source, statements, caller);
var create = new Create(source, statements, caller);

var app = builder.Build();
app.Run(http => (http.Request.Method, http.Request.Path.Value!.Length > Reads.Path.Length, http.Request.Query.ContainsKey("search")) switch
{
    ("POST", false, _) => create.HandleAsync(http),
    ("GET", true, _) => reads.OneAsync(http),
    ("GET", false, false) => reads.ListAsync(http),
    _ => reads.SearchAsync(http),
});
await app.RunAsync();
return 0;

/// <summary>Whose rows are read and written.</summary>
internal sealed record BaselineCaller(Guid TenantId, Guid UserId)
{
    public string TenantText { get; } = TenantId.ToString();
}
