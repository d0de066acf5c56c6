using System.Text.Json;
using System.Text.Json.Nodes;
using Bogus;

namespace Crm.Demo;

/// <summary>
/// A made-up company with a few months of business behind it: the same every time, and each record under an external
/// id of its own, so that a second run finds what the first one made.
/// </summary>
internal sealed class SampleCompany(ApiClient api, Batches batches, Session session)
{
    private const int Companies = 40, Contacts = 80, Customers = 40;

    private static readonly string[] Industries =
        ["Software", "Logistics", "Retail", "Energy", "Healthcare", "Construction", "Finance", "Food", "Education", "Tourism"];

    private static readonly string[] Sizes = ["1-10", "11-50", "51-200", "201-1000", "1000+"];

    private readonly SampleData data = new(seed: 20260301);
    private readonly Dictionary<string, (string FirstName, string LastName, Place Place)> people = [];

    internal async Task BuildAsync()
    {
        // The addresses are invented, and nobody shall be written to.
        var tenant = (await api.SendAsync(HttpMethod.Patch, "tenant", new JsonObject { ["welcomeEmail"] = false })).GetProperty("data");
        var currency = tenant.Text("currency") ?? "EUR";
        var sellers = await TeamAsync();
        var products = await UpsertAsync("products", Products(currency));
        var companies = await CompaniesAsync(currency, sellers);
        var customers = await UpsertAsync("customers", [.. Enumerable.Range(1, Customers).Select(n => Customer(n, currency, sellers, companies))]);
        var contacts = await UpsertAsync("contacts", [.. Enumerable.Range(1, Contacts).Select(n => Contact(n, sellers, companies, customers))]);

        var pipeline = new SamplePipeline(api, batches, data, session.State.AsOf, currency, sellers);
        await pipeline.LeadsAsync();
        var deals = await pipeline.DealsAsync(customers, companies, contacts, products);
        await new SampleWork(api, batches, data, session.State.AsOf, sellers).BuildAsync(customers, contacts, deals);
    }

    private async Task<Dictionary<string, JsonElement>> UpsertAsync(string resource, IReadOnlyList<Row> rows, string? title = null)
    {
        var records = await batches.UpsertAsync(resource, rows, title);
        batches.StopOnFailure();
        return records;
    }

    /// <summary>Three teams of a manager and two sellers; the ids of the sellers come back.</summary>
    private async Task<string[]> TeamAsync()
    {
        TeamPlan[] teams =
        [
            new("Team North", "North", "Ingrid Holm"), new("Team West", "West", "Thomas Keller"), new("Team Isles", "Isles", "Fiona Walsh"),
        ];
        MemberPlan[] members =
        [
            .. teams.Select(t => new MemberPlan(t.Manager, "MANAGER", t.Name)),
            new("Oskar Lindqvist", "USER", "Team North"), new("Sanne de Wit", "USER", "Team North"),
            new("Claire Moreau", "USER", "Team West"), new("Jonas Brandt", "USER", "Team West"),
            new("Aoife Byrne", "USER", "Team Isles"), new("Harry Colton", "USER", "Team Isles"),
        ];
        var (users, _) = await new Team(api, batches, session).EnsureAsync(teams, members);
        return [.. members.Where(m => m.Role == "USER").Select(m => users[m.FullName])];
    }

    private static Row[] Products(string currency)
    {
        (string Sku, string Name, decimal Price, bool Sold)[] products =
        [
            ("DESK-START", "Desk Starter, per seat and year", 180m, true), ("DESK-TEAM", "Desk Team, per seat and year", 360m, true),
            ("DESK-ENT", "Desk Enterprise, per seat and year", 648m, true), ("FLOW-100", "Flow automation, 100 rules", 1_450m, true),
            ("FLOW-UNL", "Flow automation, unlimited", 4_900m, true), ("INSIGHT", "Insight reports", 2_250m, true),
            ("CONNECT", "Connector to an accounting system", 990.50m, true), ("IMPORT", "Data migration, per day", 890m, true),
            ("TRAIN", "Training, per day", 1_190m, true), ("CONSULT", "Consulting, per day", 1_340m, true),
            ("CARE-24", "Round-the-clock support, per year", 7_800m, true), ("DESK-2019", "Desk 2019 (no longer sold)", 95m, false),
        ];
        return [.. products.Select(p => new Row($"product {p.Sku}", p.Sku, new JsonObject
        {
            ["sku"] = p.Sku, ["name"] = p.Name, ["price"] = JsonExtensions.Money(p.Price, currency), ["isActive"] = p.Sold,
        }))];
    }

    private async Task<Dictionary<string, JsonElement>> CompaniesAsync(string currency, string[] sellers)
    {
        var rows = Enumerable.Range(1, Companies).Select(n => Company(n, currency, sellers)).ToArray();
        var records = await UpsertAsync("companies", rows);
        // Every eighth company belongs to the one before it.
        await UpsertAsync("companies", [.. rows.Where((_, i) => i % 8 == 7).Select(r => r with
        {
            Data = ((JsonObject)r.Data.DeepClone()).With("parentId", records[$"company-{int.Parse(r.ExternalId[8..]) - 1}"].Id()),
        })], "company parents");
        return records;
    }

    private Row Company(int n, string currency, string[] sellers)
    {
        var place = data.Place();
        var faker = data.In(place);
        var name = data.CompanyName(place);
        var domain = $"{Aliases.Slug(name).Replace('.', '-')}.example";
        return new Row($"company {name}", $"company-{n}", new JsonObject
        {
            ["name"] = name,
            ["domain"] = domain,
            ["website"] = $"https://www.{domain}",
            ["industry"] = data.Any.PickRandom(Industries),
            ["size"] = data.Any.PickRandom(Sizes),
            ["annualRevenue"] = JsonExtensions.Money(data.Any.Random.Int(4, 900) * 50_000m, currency),
            ["address"] = faker.Address.StreetAddress(),
            ["city"] = place.City,
            ["postalCode"] = place.PostalCode,
            ["country"] = place.Country,
            ["phone"] = data.Phone(place),
            ["ownerId"] = data.Any.PickRandom(sellers),
            ["tags"] = JsonExtensions.Array(data.Any.Random.Bool(0.3f) ? ["key-account"] : []),
        });
    }

    private Row Customer(int n, string currency, string[] sellers, Dictionary<string, JsonElement> companies)
    {
        var company = companies[$"company-{n}"];
        var person = data.Person();
        people[$"customer-{n}"] = person;
        return new Row($"customer {n}", $"customer-{n}", new JsonObject
        {
            ["name"] = $"{person.FirstName} {person.LastName}",
            ["email"] = $"{Aliases.Slug($"{person.FirstName} {person.LastName}")}.{n}@{company.Text("domain")}",
            ["phone"] = data.Phone(person.Place),
            ["company"] = company.Text("name"),
            ["companyId"] = company.Id(),
            ["city"] = person.Place.City,
            ["postalCode"] = person.Place.PostalCode,
            ["country"] = person.Place.Country,
            ["ownerId"] = data.Any.PickRandom(sellers),
            ["status"] = data.Any.Random.WeightedRandom(["ACTIVE", "PROSPECT", "INACTIVE"], [0.75f, 0.15f, 0.1f]),
            ["creditLimit"] = JsonExtensions.Money(data.Any.Random.Int(2, 60) * 2_500m, currency),
            ["paymentTerms"] = data.Any.PickRandom("Net 14", "Net 30", "Net 30", "Net 60"),
        });
    }

    // The first contacts are the customers in person; the others work beside them.
    private Row Contact(int n, string[] sellers, Dictionary<string, JsonElement> companies, Dictionary<string, JsonElement> customers)
    {
        var isCustomer = n <= Customers;
        var person = isCustomer ? people[$"customer-{n}"] : data.Person();
        var company = companies[$"company-{(isCustomer ? n : data.Any.Random.Int(1, Companies))}"];
        var email = isCustomer
            ? customers[$"customer-{n}"].Text("email")!
            : $"{Aliases.Slug($"{person.FirstName} {person.LastName}")}.{n}@{company.Text("domain")}";
        return new Row($"contact {n}", $"contact-{n}", new JsonObject
        {
            ["firstName"] = person.FirstName,
            ["lastName"] = person.LastName,
            ["emails"] = JsonExtensions.Array([email]),
            ["phones"] = JsonExtensions.Array([data.Phone(person.Place)]),
            ["jobTitle"] = data.Any.PickRandom("Managing director", "Head of sales", "Purchasing", "IT manager", "Accountant", "Office manager"),
            ["companyId"] = company.Id(),
            ["ownerId"] = data.Any.PickRandom(sellers),
        }.With("customerId", isCustomer ? customers[$"customer-{n}"].Id() : null));
    }
}
