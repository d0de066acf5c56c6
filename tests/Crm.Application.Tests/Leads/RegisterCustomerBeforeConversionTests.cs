using Crm.Application.Abstractions;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using NSubstitute;

namespace Crm.Application.Tests.Leads;

public sealed class RegisterCustomerBeforeConversionTests
{
    private readonly IReadDb _db = Substitute.For<IReadDb>();
    private readonly IRegistryClient _registry = Substitute.For<IRegistryClient>();
    private readonly IRequestContext _context = Substitute.For<IRequestContext>();
    private readonly LeadResource _leads = new();
    private readonly ConvertLead _command = new(Guid.NewGuid());

    public RegisterCustomerBeforeConversionTests()
    {
        _context.Caller.Returns(Callers.Owner());
        _registry.CreateCustomerAsync(default!, default!, default).ReturnsForAnyArgs("R-17");
        _db.FirstOrDefaultAsync<ConversionMatch>(default!, default, default).ReturnsForAnyArgs(new ConversionMatch(null, null, null, null));
    }

    [Fact]
    public async Task The_customer_is_registered_under_the_lead()
    {
        Lead();
        await PrepareAsync(_registry);
        _command.RegistryId.ShouldBe("R-17");
        await _registry.Received(1).CreateCustomerAsync(new RegistryCustomer("Analytical Ltd", "ada@example.com", "+44 20 7946 0958", "Analytical Ltd"), _command.Id.ToString(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Without_a_registry_nothing_is_asked()
    {
        await PrepareAsync();
        _command.RegistryId.ShouldBeNull();
        _db.ReceivedCalls().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lead_that_is_not_there_or_converted_is_not_announced()
    {
        NoLead();
        await PrepareAsync(_registry);
        Lead(convertedAt: DateTime.UtcNow);
        await PrepareAsync(_registry);
        _registry.ReceivedCalls().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_conversion_that_will_be_refused_is_not_announced()
    {
        Lead();
        _context.Precondition.Returns(new Precondition(_command.Id, [7]));
        await PrepareAsync(_registry);
        _context.Precondition.Returns((Precondition?)null);
        _db.FirstOrDefaultAsync<ConversionMatch>(default!, default, default).ReturnsForAnyArgs(new ConversionMatch(Guid.NewGuid(), true, null, null));
        await PrepareAsync(_registry);
        _registry.ReceivedCalls().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registry_that_is_down_refuses_the_conversion()
    {
        Lead();
        _registry.CreateCustomerAsync(default!, default!, default).ReturnsForAnyArgs(Task.FromException<string>(new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "The registry is down.")));
        (await Should.ThrowAsync<CrmException>(() => PrepareAsync(_registry))).Kind.ShouldBe(ErrorKind.Unavailable);
    }

    private Task PrepareAsync(params IRegistryClient[] registries)
    {
        var resources = new ResourceCatalog([_leads, new Application.Customers.CustomerResource(), new Application.Companies.CompanyResource(), new Application.Contacts.ContactResource()]);
        return new RegisterCustomerBeforeConversion(registries, new RecordReader(_db, resources, _context), _leads, new ConversionMatches(_db, resources, _context), _context)
            .PrepareAsync(_command, CancellationToken.None);
    }

    private void NoLead() => Rows([]);

    private void Lead(DateTime? convertedAt = null) => Rows([[.. _leads.Fields.SelectMany(f => f.Name switch
    {
        "id" => [(object?)_command.Id],
        "name" => ["Ada Byron"],
        "email" => ["ada@example.com"],
        "phone" => ["+44 20 7946 0958"],
        "company" => ["Analytical Ltd"],
        "version" => [1],
        "convertedAt" => [convertedAt],
        _ => new object?[f.Width],
    })]]);

    private void Rows(IReadOnlyList<object?[]> rows) =>
        _db.RowsAsync(default!, default!, default).ReturnsForAnyArgs(Task.FromResult<IReadOnlyList<IReadOnlyList<object?[]>>>([rows]));
}
