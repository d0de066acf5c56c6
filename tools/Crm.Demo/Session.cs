using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Demo;

/// <summary>
/// What one run must tell the next: who the demo is, the password its team members were given, and the day the
/// generated dates count from (were it always today, every run would change every record).
/// </summary>
internal sealed record DemoState(string Email, string? Password, string MemberPassword, DateOnly AsOf);

/// <summary>Signs in to the tenant the demo fills, registering it on the first run.</summary>
internal sealed class Session
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private Session(DemoState state, string tenantId, string file) => (State, TenantId, File) = (state, tenantId, file);

    internal DemoState State { get; }

    internal string TenantId { get; }

    internal string File { get; }

    /// <summary>
    /// The domain of the members' addresses. A user is one for all tenants, so each demo tenant needs addresses of its
    /// own; the end of its id is random, and no mail is ever delivered to <c>.example</c>.
    /// </summary>
    internal string Domain => $"crm-{TenantId[^8..]}.example";

    /// <param name="name"><c>sample</c> or <c>sales</c>: each demo has a tenant of its own.</param>
    internal static async Task<Session> OpenAsync(ApiClient api, Options options, string name)
    {
        var file = Path.Combine(options.DataDirectory, $"demo-{name}.json");
        if (options.Email is not null)
        {
            // The user's own password is not ours to keep; the rest is kept under the address.
            file = Path.Combine(options.DataDirectory, $"demo-{name}-{Aliases.Slug(options.Email)}.json");
            JsonElement own;
            try
            {
                own = await LoginAsync(api, options.Email, options.Password!);
            }
            catch (ApiException e) when (e.Code == "INVALID_CREDENTIALS")
            {
                throw new DemoException($"{api.Url} does not accept this password for {options.Email}.", 2);
            }

            var known = Read(file) ?? Write(file, NewState(options.Email) with { Password = null });
            Out.Line($"Signed in to {api.Url} as {options.Email}.");
            return Begin(api, known, own, options.Password!, file);
        }

        // Written before the tenant is registered: should the answer get lost, the next run still knows the password.
        var state = Read(file) ?? Write(file, NewState($"owner@{Token(8).ToLowerInvariant()}.example"));
        JsonElement answer;
        try
        {
            answer = await LoginAsync(api, state.Email, state.Password!);
            Out.Line($"Signed in to the demo's tenant at {api.Url}.");
        }
        catch (ApiException e) when (e.Code == "INVALID_CREDENTIALS")
        {
            answer = await api.SendAsync(HttpMethod.Post, "auth/register", new JsonObject
            {
                ["organizationName"] = name == "sales" ? "Demo Sales" : "Demo Company",
                ["fullName"] = "Dana Demo",
                ["email"] = state.Email,
                ["password"] = state.Password,
            });
            Out.Line($"Registered a new tenant at {api.Url}.");
        }

        Out.Line($"  e-mail    {state.Email}\n  password  {state.Password}\n  (kept in {file})");
        return Begin(api, state, answer, state.Password!, file);
    }

    private static Session Begin(ApiClient api, DemoState state, JsonElement answer, string password, string file)
    {
        var data = answer.GetProperty("data");
        api.AccessToken = data.Text("accessToken");
        api.TenantId = data.Text("tenantId") ?? throw new DemoException("The service named no tenant at sign-in.", 1);
        api.SignIn = async () =>
            api.AccessToken = (await LoginAsync(api, state.Email, password)).GetProperty("data").Text("accessToken");
        return new Session(state, api.TenantId, file);
    }

    private static Task<JsonElement> LoginAsync(ApiClient api, string email, string password) =>
        api.SendAsync(HttpMethod.Post, "auth/login", new JsonObject { ["email"] = email, ["password"] = password });

    private static DemoState NewState(string email) =>
        new(email, Token(20), Token(20), DateOnly.FromDateTime(DateTime.UtcNow));

    // Without look-alikes and without anything a shell would touch; one of each kind of character for any password rule.
    private static string Token(int length)
    {
        const string letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        var text = RandomNumberGenerator.GetString(letters, length);
        return length < 12 ? text : string.Concat("Q", text.AsSpan(1, length - 4), "-7z");
    }

    private static DemoState? Read(string file)
    {
        if (!System.IO.File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize<DemoState>(System.IO.File.ReadAllText(file), Json);
        }
        catch (JsonException e)
        {
            throw new DemoException(string.Create(CultureInfo.InvariantCulture,
                $"{file} is damaged ({e.Message}). Remove it to begin with a new tenant."), 2);
        }
    }

    // Created with mode 0600, never widened afterwards: at no moment can another user of the machine read it.
    private static DemoState Write(string file, DemoState state)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        JsonSerializer.Serialize(stream, state, Json);
        return state;
    }
}
