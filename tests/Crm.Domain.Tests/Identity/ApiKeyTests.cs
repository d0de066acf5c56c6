using Crm.Domain.ApiKeys;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Domain.Tests.Identity;

public sealed class ApiKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly Grantor Owner = new(Role.Owner, new HashSet<string>(), _ => new HashSet<string>());
    private readonly Member _ada = Person(), _shop = Service(Role.Manager);

    [Fact]
    public void A_key_acts_as_who_mints_it_and_has_what_he_gives_it()
    {
        var key = Mint(_ada, new ApiKeyDetails { Name = "Web shop", Scopes = Tags.Of(["leads.read"]) });
        (key.Prefix, key.Details.MemberId, key.DeletedAt).ShouldBe(("crm_00000000", _ada.Id, null));
        key.DrainEvents().ShouldBe([new Created<ApiKey>(key.Id)]);
    }

    [Fact]
    public void It_has_a_name_a_scope_and_an_end_to_come()
    {
        Refused("VALIDATION_FAILED", () => Mint(_ada, new ApiKeyDetails { Name = "", Scopes = Tags.Of(["leads.read"]) }));
        Refused("VALIDATION_FAILED", () => Mint(_ada, new ApiKeyDetails { Name = "x" }));
        Refused("VALIDATION_FAILED", () => Mint(_ada, Reading() with { ExpiresAt = Now }));
        Mint(_ada, Reading() with { ExpiresAt = Now.AddMicroseconds(1) }).Details.ExpiresAt.ShouldBe(Now.AddMicroseconds(1));
    }

    [Fact]
    public void Nobody_gives_it_what_he_does_not_have() => Refused("FORBIDDEN", () => Mint(_ada, new ApiKeyDetails { Name = "x", Scopes = Tags.Of(["leads.read", "team.manage"]) }));

    [Fact]
    public void It_acts_as_no_other_person_and_as_a_service_user_for_who_manages_members_and_stands_no_lower()
    {
        Refused("FORBIDDEN", () => Mint(Person(), Reading()));
        Refused("FORBIDDEN", () => Mint(_shop, Reading(), manages: false));
        Refused("FORBIDDEN", () => Mint(Service(Role.Admin), Reading()));
        Mint(_shop, Reading()).Details.MemberId.ShouldBe(_shop.Id);
    }

    [Fact]
    public void It_is_revoked_once_and_for_good()
    {
        var key = Mint(_ada, Reading());
        key.DrainEvents();
        key.Revoke(Guid.NewGuid(), Now);
        key.Revoke(Guid.NewGuid(), Now);
        key.DeletedAt.ShouldBe(Now);
        key.DrainEvents().ShouldBe([new ApiKeyRevoked(key.Id)]);
    }

    [Fact]
    public void A_service_user_owns_no_tenant() => Refused("VALIDATION_FAILED", () => Service(Role.Owner));

    [Fact]
    public void Nobody_links_a_member_who_may_do_more_than_he()
    {
        var details = new MemberLinkDetails { MemberId = _shop.Id, Issuer = "https://login.example.com", Subject = "ada" };
        var all = new HashSet<string> { "leads.read", "leads.write" };
        Grantor Of(Role role, params string[] may) => new(role, may.ToHashSet(), _ => all);
        MemberLink.Make(Guid.NewGuid(), details, _shop, Of(Role.Manager, "leads.read", "leads.write")).DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<MemberLink>>();
        Refused("FORBIDDEN", () => MemberLink.Make(Guid.NewGuid(), details, _shop, Of(Role.User, "leads.read", "leads.write")));
        Refused("FORBIDDEN", () => MemberLink.Make(Guid.NewGuid(), details, _shop, Of(Role.Admin, "leads.read")));
        Refused("VALIDATION_FAILED", () => MemberLink.Make(Guid.NewGuid(), details with { Subject = "" }, _shop, Of(Role.Owner, "leads.read", "leads.write")));
        Refused("VALIDATION_FAILED", () => MemberLink.Make(Guid.NewGuid(), details with { Issuer = "" }, _shop, Of(Role.Owner, "leads.read", "leads.write")));
    }

    [Theory]
    [InlineData(typeof(ApiKey), "api_keys"), InlineData(typeof(MemberLink), "member_links"), InlineData(typeof(Domain.Companies.Company), "companies")]
    public void Tables_are_plurals(Type aggregate, string table) => RecordName.Plural(aggregate).ShouldBe(table);

    private ApiKey Mint(Member actsAs, ApiKeyDetails details, bool manages = true) =>
        ApiKey.Mint(Guid.NewGuid(), details, "crm_00000000", new KeyMinter(_ada.Id, Role.Manager, new HashSet<string> { "leads.read", "leads.write" }, manages), actsAs, Now);

    private static ApiKeyDetails Reading() => new() { Name = "Web shop", Scopes = Tags.Of(["leads.read"]) };

    private static Member Person() => Member.Add(Guid.NewGuid(), Named(Role.Manager), Owner);

    private static Member Service(Role role) => Member.AddService(Guid.NewGuid(), Named(role), Owner);

    private static MemberDetails Named(Role role) => new() { FullName = "Ada", Email = EmailAddress.Parse("ada@example.com"), Role = role };

    private static void Refused(string code, Func<object> act) => Should.Throw<CrmException>(act).Code.ShouldBe(code);
}
