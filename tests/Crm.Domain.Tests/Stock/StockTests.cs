using Crm.Domain.Common;
using Crm.Domain.Stock;
using FsCheck;
using FsCheck.Fluent;

namespace Crm.Domain.Tests.Stock;

/// <summary>Levels and the ledger they are the sums of.</summary>
public sealed class StockTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly StockSetting Open = new(IsStocked: true, TakesIn: true, Now);
    private static readonly Guid Product = Guid.CreateVersion7(), Here = Guid.CreateVersion7(), There = Guid.CreateVersion7();

    [Fact]
    public void Whatever_is_tried_levels_are_the_sums_of_what_was_written_and_never_negative()
    {
        var step = from kind in Gen.Elements(Enum.GetValues<StockMovementKind>())
                   from millionths in Gen.Choose(-5_000_000, 20_000_000)
                   select (Kind: kind, Quantity: millionths / 1_000_000m);
        Prop.ForAll(Gen.ListOf(step).ToArbitrary(), steps =>
        {
            var (here, there) = (Level(Here), Level(There));
            var ledger = new List<StockMovement>();
            foreach (var (kind, quantity) in steps)
            {
                var before = (here.OnHand, here.Reserved, there.OnHand, there.Reserved);
                try
                {
                    if (kind == StockMovementKind.Transfer)
                    {
                        var (leaving, arriving) = StockMovement.Transfer(Guid.CreateVersion7(), Guid.CreateVersion7(), Of(kind, quantity, There), here, there, Open);
                        ledger.AddRange([leaving, arriving]);
                    }
                    else ledger.Add(StockMovement.Book(Guid.CreateVersion7(), Of(kind, quantity), here, Open));
                }
                catch (CrmException)
                {
                    (here.OnHand, here.Reserved, there.OnHand, there.Reserved).ShouldBe(before, "what is refused leaves everything as it was");
                }
                foreach (var level in (StockLevel[])[here, there]) (level.Reserved >= 0 && level.OnHand >= level.Reserved).ShouldBeTrue();
            }
            foreach (var level in (StockLevel[])[here, there])
            {
                var own = ledger.Where(m => m.Details.WarehouseId == level.Details.WarehouseId).ToList();
                (level.OnHand, level.Reserved).ShouldBe((own.Sum(m => m.Change), own.Sum(m => m.ReservedChange)));
            }
            ledger.Where(m => m.Details.Kind == StockMovementKind.Transfer).Sum(m => m.Change).ShouldBe(0, "a transfer makes nothing and loses nothing");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void What_is_reserved_cannot_be_taken()
    {
        var level = Level(Here);
        StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 10), level, Open);
        StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Reserve, 7), level, Open);
        Refusal("INSUFFICIENT_STOCK", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Issue, 4), level, Open));
        Refusal("INSUFFICIENT_STOCK", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Reserve, 4), level, Open));
        Refusal("INSUFFICIENT_STOCK", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Release, 8), level, Open));
        level.Available.ShouldBe(3);
    }

    [Fact]
    public void Only_an_adjustment_goes_below_zero_and_only_a_transfer_goes_elsewhere()
    {
        Refusal("VALIDATION_FAILED", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, -1), Level(Here), Open));
        Refusal("VALIDATION_FAILED", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 1, There), Level(Here), Open));
        Refusal("VALIDATION_FAILED", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Adjustment, 0.0000001m), Level(Here), Open));
    }

    [Fact]
    public void The_setting_decides_what_moves_at_all()
    {
        Refusal("INVALID_STATE", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 1), Level(Here), Open with { IsStocked = false }));
        Refusal("INVALID_STATE", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 1), Level(Here), Open with { TakesIn = false }));
        StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Adjustment, 1), Level(Here), Open with { TakesIn = false }).OnHand.ShouldBe(1);
        Refusal("VALIDATION_FAILED", () => StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 1) with { OccurredAt = Now.AddDays(2) }, Level(Here), Open));
    }

    [Fact]
    public void A_level_has_an_end()
    {
        var level = Level(Here);
        for (var i = 0; i < 1000; i++) StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 999_999_999m), level, Open);
        Refusal("INVALID_STATE", () =>
        {
            for (var i = 0; i < 2; i++) StockMovement.Book(Guid.CreateVersion7(), Of(StockMovementKind.Receipt, 999_999_999m), level, Open);
        });
    }

    private static StockLevel Level(Guid warehouse) => StockLevel.Open(Guid.CreateVersion7(), new StockPlace(Product, warehouse));

    private static StockMovementDetails Of(StockMovementKind kind, decimal quantity, Guid? to = null) =>
        new() { ProductId = Product, WarehouseId = Here, ToWarehouseId = to, Kind = kind, Quantity = quantity };

    private static void Refusal(string code, Action act) => Should.Throw<CrmException>(act).Code.ShouldBe(code);
}
